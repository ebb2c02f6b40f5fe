package blenderer.app.planted.cas;

import java.sql.Connection;

record TalksSql(Connection connection) {}

package blenderer.app.planted.node;

import blenderer.app.planted.server.Anything;

record KnowsServer(Anything thing) {}

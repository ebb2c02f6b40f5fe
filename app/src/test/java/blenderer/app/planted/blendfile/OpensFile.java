package blenderer.app.planted.blendfile;

import java.io.FileInputStream;

record OpensFile(FileInputStream file) {}

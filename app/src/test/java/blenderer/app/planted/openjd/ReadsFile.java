package blenderer.app.planted.openjd;

import java.nio.file.Path;

record ReadsFile(Path path) {}

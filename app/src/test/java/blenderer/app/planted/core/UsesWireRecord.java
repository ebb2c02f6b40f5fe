package blenderer.app.planted.core;

import blenderer.app.planted.api.WireRecord;

record UsesWireRecord(WireRecord wire) {}

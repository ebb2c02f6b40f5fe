package blenderer.app.planted.cli;

import blenderer.app.planted.app.Wiring;

record KnowsWiring(Wiring wiring) {}

package blenderer.app.planted.tangled.one;

import blenderer.app.planted.tangled.two.Egg;

public record Chicken(Egg from) {}

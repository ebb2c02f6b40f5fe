package blenderer.app.planted.tangled.two;

import blenderer.app.planted.tangled.one.Chicken;
import java.util.List;

public record Egg(List<Chicken> becomes) {}

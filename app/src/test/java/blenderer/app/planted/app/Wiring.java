package blenderer.app.planted.app;

public record Wiring(int number) {}

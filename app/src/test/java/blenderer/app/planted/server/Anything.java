package blenderer.app.planted.server;

public record Anything(int number) {}

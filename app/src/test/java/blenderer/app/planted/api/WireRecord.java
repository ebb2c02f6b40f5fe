package blenderer.app.planted.api;

public record WireRecord(String text) {}

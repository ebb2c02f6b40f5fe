package blenderer.app.planted.core;

final class ReadsClock {
  long now() {
    return System.nanoTime();
  }
}

package blenderer.app.planted.model;

import java.util.Random;

final class DrawsUnseeded {
  int draw() {
    return new Random().nextInt();
  }
}

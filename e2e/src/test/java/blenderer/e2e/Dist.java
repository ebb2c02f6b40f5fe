package blenderer.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** The finished folder, as a person gets it. */
final class Dist {

  private Dist() {}

  /** Set by {@code ./blenderer test}, else where {@code ./blenderer} builds it. */
  static Path folder() {
    String set = System.getenv("BLENDERER_DIST");
    return set != null ? Path.of(set) : root().resolve(".build/blenderer");
  }

  static Path program() {
    Path program = folder().resolve("bin/blenderer");
    if (!Files.isExecutable(program)) {
      throw new IllegalStateException(
          "there is no " + program + ": run './blenderer version' once, it builds it");
    }
    return program;
  }

  /** The checkout. */
  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("renderers/blender/template.yaml"))) {
      here = here.getParent();
      if (here == null) {
        throw new IllegalStateException("not inside a checkout of Blenderer");
      }
    }
    return here;
  }

  /** The scene that ships with the project. */
  static Path demoScene() {
    return root().resolve("renderers/blender/demo/scene.blend");
  }
}

package blenderer.node.fetched;

import blenderer.model.Renderer;
import java.io.IOException;
import java.nio.file.Path;

/** Starts a program that nobody here vouches for, and has it say what it is. */
public interface Asker {

  /**
   * Asks.
   *
   * @param renderer the renderer's name, such as {@code blender}
   * @param program in a folder of nothing but its own files
   * @return what it is, with the build of all files in the program's folder
   * @throws IOException when it does not answer; the message says why
   */
  Renderer ask(String renderer, Path program) throws IOException, InterruptedException;
}

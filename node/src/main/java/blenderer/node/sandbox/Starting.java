package blenderer.node.sandbox;

import blenderer.node.os.ProcessControl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts processes in its own way and leaves all else to another: the computer sees every process.
 */
abstract class Starting implements ProcessControl {

  private final ProcessControl outside;

  Starting(ProcessControl outside) {
    this.outside = outside;
  }

  @Override
  public List<Long> marked(Mark mark) {
    return outside.marked(mark);
  }

  @Override
  public int killMarked(Mark mark) {
    return outside.killMarked(mark);
  }

  @Override
  public long memoryOf(Mark mark) {
    return outside.memoryOf(mark);
  }

  @Override
  public long machineMemory() {
    return outside.machineMemory();
  }

  @Override
  public void makeFifos(List<Path> paths) throws IOException {
    outside.makeFifos(paths);
  }
}

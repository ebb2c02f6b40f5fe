package blenderer.node.os;

import java.io.IOException;
import java.nio.file.Path;

class LinuxProcessControlTest extends ProcessControlContract {
  @Override
  protected ProcessControl create(Path place, ProcessControl.Mark carried) throws IOException {
    return new LinuxProcessControl();
  }
}

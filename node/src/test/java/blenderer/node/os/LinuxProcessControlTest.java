package blenderer.node.os;

import java.io.IOException;

class LinuxProcessControlTest extends ProcessControlContract {
  @Override
  ProcessControl create() throws IOException {
    return new LinuxProcessControl();
  }
}

package blenderer.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderLockTest {

  @TempDir Path folder;

  @Test
  void a_second_node_is_kept_out_until_the_first_is_gone() throws Exception {
    DataFolderLock first = DataFolderLock.take(folder).orElseThrow();
    assertThat(DataFolderLock.take(folder)).isEmpty();
    first.close();
    try (DataFolderLock second = DataFolderLock.take(folder).orElseThrow()) {
      assertThat(second).isNotNull();
    }
  }
}

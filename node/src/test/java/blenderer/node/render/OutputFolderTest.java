package blenderer.node.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {

  @TempDir Path root = Path.of("");

  @Test
  void what_lay_there_counts_only_when_it_changes_and_stays_for_the_next_task() throws IOException {
    Path output = Files.createDirectories(root.resolve("output"));
    Path old = Files.writeString(output.resolve("old.txt"), "as it was");
    Path changed = Files.writeString(output.resolve("changed.txt"), "before");
    OutputFolder folder = OutputFolder.of(output, root.resolve("copies"), _ -> Optional.empty());
    assertThat(folder.isUnchanged(old)).isTrue();

    Files.writeString(changed, "and after");
    Path fresh = Files.writeString(output.resolve("new.txt"), "new");
    assertThat(folder.isUnchanged(old)).isTrue();
    assertThat(folder.isUnchanged(changed)).isFalse();
    assertThat(folder.isUnchanged(fresh)).isFalse();

    assertThat(folder.toGive(new OutputCheck.Output("new.txt", fresh, null))).isEqualTo(fresh);
    Path given = folder.toGive(new OutputCheck.Output("changed.txt", changed, null));
    assertThat(given).isNotEqualTo(changed).hasContent("and after");
    assertThat(changed).hasContent("and after");
    assertThat(folder.isUnchanged(changed)).isTrue();
  }
}

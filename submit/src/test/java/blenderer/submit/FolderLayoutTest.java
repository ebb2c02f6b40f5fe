package blenderer.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FolderLayoutTest {

  private static final Path BUNDLE = Path.of("/work/bundle");

  @Test
  void files_below_the_base_keep_their_relative_path() {
    Path file = BUNDLE.resolve("scripts/run.sh");
    FolderLayout layout = new FolderLayout(BUNDLE, List.of(), List.of(file));
    assertThat(layout.files()).containsOnlyKeys("scripts/run.sh");
    assertThat(layout.place(BUNDLE)).isEmpty();
    assertThat(layout.place(BUNDLE.resolve("scripts"))).isEqualTo("scripts");
  }

  @Test
  void a_folder_elsewhere_stays_whole() {
    Path data = Path.of("/data/plates");
    FolderLayout layout =
        new FolderLayout(
            BUNDLE, List.of(data), List.of(data.resolve("a.exr"), data.resolve("sub/b.exr")));
    String place = layout.place(data);
    assertThat(place).matches("_outside/[0-9a-f]{8}/plates");
    assertThat(layout.files()).containsOnlyKeys(place + "/a.exr", place + "/sub/b.exr");
  }

  @Test
  void a_folder_inside_another_is_found_there() {
    Path data = Path.of("/data");
    FolderLayout layout =
        new FolderLayout(BUNDLE, List.of(data.resolve("plates"), data), List.of());
    assertThat(layout.place(data.resolve("plates"))).isEqualTo(layout.place(data) + "/plates");
  }

  @Test
  void a_folder_around_the_base_takes_its_place() {
    FolderLayout layout =
        new FolderLayout(
            BUNDLE, List.of(Path.of("/work")), List.of(BUNDLE.resolve("template.yaml")));
    assertThat(layout.place(Path.of("/work"))).isEmpty();
    assertThat(layout.files()).containsOnlyKeys("bundle/template.yaml");
  }

  @Test
  void names_that_not_every_system_allows_are_made_safe_and_told() {
    Path odd = BUNDLE.resolve("what?.txt");
    FolderLayout layout =
        new FolderLayout(
            BUNDLE, List.of(), List.of(odd, BUNDLE.resolve("A.txt"), BUNDLE.resolve("a.txt")));
    assertThat(layout.files()).containsOnlyKeys("what_.txt", "A.txt", "a~2.txt");
    assertThat(layout.renamed()).containsEntry("what_.txt", odd);
    assertThat(layout.place(odd)).isEqualTo("what_.txt");
  }
}

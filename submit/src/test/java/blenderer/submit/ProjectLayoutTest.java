package blenderer.submit;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Json;
import blenderer.model.WorkspacePath;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ProjectLayoutTest {

  private static final Path SCENE = Path.of("/film/shots/shot.blend");

  private static ProjectLayout layout(String... files) {
    return ProjectLayout.of(SCENE, List.of(files).stream().map(Path::of).toList());
  }

  @Test
  void files_below_the_scene_keep_their_relative_path() {
    ProjectLayout layout = layout("/film/shots/tex/a.png", "/film/shots/lib.blend");
    assertThat(layout.scene()).isEqualTo("shot.blend");
    assertThat(layout.files().keySet()).containsExactly("lib.blend", "shot.blend", "tex/a.png");
    assertThat(layout.renamed()).isEmpty();
  }

  @Test
  void members_of_a_folder_elsewhere_stay_together_under_their_names() {
    ProjectLayout layout =
        layout("/plates/x/f.0001.exr", "/plates/x/f.0002.exr", "/plates/y/f.0001.exr");
    List<String> outside =
        layout.files().keySet().stream().filter(path -> path.startsWith("_outside/")).toList();
    assertThat(outside)
        .hasSize(3)
        .allMatch(p -> p.matches("_outside/[0-9a-f]{8}/f\\.000[12]\\.exr"));
    Set<String> folders = Set.copyOf(outside.stream().map(path -> path.substring(0, 17)).toList());
    assertThat(folders).hasSize(2);
    assertThat(layout.renamed()).isEmpty();
  }

  @Test
  void odd_names_are_made_safe_and_remembered() {
    ProjectLayout layout =
        layout(
            "/film/shots/a:b?.png",
            "/film/shots/con.txt",
            "/film/shots/dot./x.png",
            "/film/shots/new\nline.png",
            "/film/shots/u\u0308ber.png");
    assertThat(layout.files().keySet()).allSatisfy(WorkspacePath::check);
    assertThat(layout.files().keySet())
        .contains("a_b_.png", "_con.txt", "dot_/x.png", "new_line.png", "über.png");
    assertThat(layout.renamed()).hasSize(5);
  }

  @Test
  void names_that_differ_only_in_case_are_told_apart() {
    ProjectLayout layout = layout("/film/shots/Tex.png", "/film/shots/tex.png");
    assertThat(layout.files().keySet()).containsExactly("Tex.png", "shot.blend", "tex~2.png");
    assertThat(layout.renamed()).containsEntry("tex~2.png", Path.of("/film/shots/tex.png"));
  }

  @Test
  void nothing_takes_the_place_of_the_path_map_or_of_the_output() {
    ProjectLayout layout = layout("/film/shots/.blenderer/paths.json", "/film/shots/Output/a.png");
    assertThat(layout.files()).doesNotContainKey(ProjectLayout.PATH_MAP);
    assertThat(layout.outputFolder()).isEqualTo("output-2");
    assertThat(layout("/film/shots/a.png").outputFolder()).isEqualTo("output");
  }

  @Test
  void the_path_map_tells_where_each_file_lay() throws IOException {
    JsonNode map = Json.mapper().readTree(layout("/film/shots/a?.png").pathMap());
    assertThat(map.path("version").asInt()).isEqualTo(1);
    assertThat(map.path("files").path("a_.png").asText()).isEqualTo("/film/shots/a?.png");
    assertThat(map.path("files").path("shot.blend").asText()).isEqualTo(SCENE.toString());
  }
}

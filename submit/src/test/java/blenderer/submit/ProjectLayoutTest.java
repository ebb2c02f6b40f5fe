package blenderer.submit;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Json;
import blenderer.model.WorkspacePath;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  private static String placeOf(ProjectLayout layout, String file) {
    return layout.files().entrySet().stream()
        .filter(entry -> entry.getValue().equals(Path.of(file)))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static String folderOf(String place) {
    return place.substring(0, place.lastIndexOf('/'));
  }

  @Test
  void names_that_differ_only_in_case_go_to_other_folders() {
    ProjectLayout layout = layout("/film/shots/Tex.png", "/film/shots/tex.png");
    assertThat(placeOf(layout, "/film/shots/Tex.png")).isEqualTo("Tex.png");
    assertThat(placeOf(layout, "/film/shots/tex.png")).matches("_outside/[0-9a-f]{8}/tex\\.png");
  }

  @Test
  void sequences_that_differ_only_in_case_or_in_unicode_form_are_not_torn_apart() {
    for (String other : List.of("S", "s\u0323\u0307", "\u1e69")) {
      ProjectLayout layout =
          layout(
              "/plates/" + other + "_0002.png",
              "/plates/" + other + "_0003.png",
              "/plates/s_0001.png",
              "/plates/s_0002.png",
              "/plates/s_0003.png",
              "/plates/s_0004.png");
      List<String> folders =
          List.of(
              folderOf(placeOf(layout, "/plates/s_0001.png")),
              folderOf(placeOf(layout, "/plates/s_0002.png")),
              folderOf(placeOf(layout, "/plates/s_0003.png")),
              folderOf(placeOf(layout, "/plates/s_0004.png")));
      assertThat(folders.stream().distinct()).hasSize(1);
      assertThat(folderOf(placeOf(layout, "/plates/" + other + "_0002.png")))
          .isEqualTo(folderOf(placeOf(layout, "/plates/" + other + "_0003.png")));
      assertThat(layout.files()).hasSize(7);
    }
  }

  @Test
  void a_folder_that_must_stay_whole_keeps_all_that_lies_in_it() {
    ProjectLayout.Folder smoke = new ProjectLayout.Folder(Path.of("/caches/smoke"), null);
    ProjectLayout layout =
        ProjectLayout.of(
            SCENE,
            List.of(
                Path.of("/caches/smoke/data/d_0001.vdb"), Path.of("/caches/smoke/config/c.uni")),
            List.of(smoke));
    String place = folderOf(folderOf(placeOf(layout, "/caches/smoke/data/d_0001.vdb")));
    assertThat(place).matches("_outside/[0-9a-f]{8}/smoke");
    assertThat(placeOf(layout, "/caches/smoke/config/c.uni")).isEqualTo(place + "/config/c.uni");
    assertThat(layout.folders()).containsOnly(Map.entry(place, Path.of("/caches/smoke")));
  }

  @Test
  void a_folder_that_carries_a_files_name_comes_to_lie_beside_it_under_its_new_name() {
    Path library = Path.of("/libs/tree?.blend");
    ProjectLayout layout =
        ProjectLayout.of(
            SCENE,
            List.of(
                library,
                Path.of("/libs/blendcache_tree?/x_000001_00.bphys"),
                Path.of("/film/shots/blendcache_shot/y_000001_00.bphys")),
            List.of(
                new ProjectLayout.Folder(Path.of("/libs/blendcache_tree?"), library),
                new ProjectLayout.Folder(Path.of("/film/shots/blendcache_shot"), SCENE)));
    String place = placeOf(layout, library.toString());
    assertThat(place).endsWith("/tree_.blend");
    assertThat(placeOf(layout, "/libs/blendcache_tree?/x_000001_00.bphys"))
        .isEqualTo(folderOf(place) + "/blendcache_tree_/x_000001_00.bphys");
    assertThat(placeOf(layout, "/film/shots/blendcache_shot/y_000001_00.bphys"))
        .isEqualTo("blendcache_shot/y_000001_00.bphys");
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

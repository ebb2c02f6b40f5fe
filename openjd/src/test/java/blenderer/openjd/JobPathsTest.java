package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.openjd.JobPaths.Place;
import blenderer.openjd.JobPaths.Tree;
import blenderer.openjd.PathUse.DataFlow;
import blenderer.openjd.PathUse.ObjectType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JobPathsTest {

  private static Job.Parameter path(String name, String value, ObjectType type, DataFlow flow) {
    return new Job.Parameter(name, ParameterType.PATH, value, new PathUse(type, flow));
  }

  private final Job.Parameter scene = path("Scene", "shots/a.blend", ObjectType.FILE, DataFlow.IN);
  private final Job.Parameter frames = path("Frames", "frames", ObjectType.DIRECTORY, DataFlow.OUT);
  private final Job.Parameter movie = path("Movie", "out/a.mp4", ObjectType.FILE, DataFlow.OUT);
  private final Job.Parameter data = path("Data", "data", ObjectType.DIRECTORY, DataFlow.INOUT);

  @Test
  void what_is_read_lies_in_the_workspace_and_what_is_written_in_the_output() {
    JobPaths paths = JobPaths.of(List.of(scene, frames, movie, data));
    assertThat(paths.place(scene)).contains(new Place(Tree.WORKSPACE, "shots/a.blend"));
    assertThat(paths.place(frames)).contains(new Place(Tree.OUTPUT, "frames"));
    assertThat(paths.place(movie)).contains(new Place(Tree.OUTPUT, "out/a.mp4"));
    assertThat(paths.place(data)).contains(new Place(Tree.OUTPUT, "data"));
  }

  @Test
  void the_only_folder_that_is_written_is_the_output_itself() {
    assertThat(JobPaths.of(List.of(scene, frames)).place(frames))
        .contains(new Place(Tree.OUTPUT, ""));
  }

  @Test
  void a_path_without_data_flow_and_an_empty_input_stay_as_they_are() {
    Job.Parameter plain = path("Tool", "/opt/tool", ObjectType.FILE, DataFlow.NONE);
    Job.Parameter empty = path("Mask", "", ObjectType.FILE, DataFlow.IN);
    JobPaths paths = JobPaths.of(List.of(plain, empty));
    assertThat(paths.place(plain)).isEmpty();
    assertThat(paths.place(empty)).isEmpty();
    assertThat(paths.folders()).isEmpty();
  }

  @Test
  void folders_that_are_named_are_there_before_the_first_action() {
    assertThat(JobPaths.of(List.of(scene, frames, movie, data)).folders())
        .containsExactly(
            new Place(Tree.WORKSPACE, "shots"),
            new Place(Tree.OUTPUT, "frames"),
            new Place(Tree.OUTPUT, "out"),
            new Place(Tree.OUTPUT, "data"));
  }

  @Test
  void files_of_a_folder_that_is_read_and_written_may_be_changed() {
    JobPaths paths = JobPaths.of(List.of(scene, data));
    assertThat(paths.isChangeable("data/a.csv")).isTrue();
    assertThat(paths.isChangeable("database/a.csv")).isFalse();
    assertThat(paths.isChangeable("shots/a.blend")).isFalse();
  }

  @Test
  void the_items_of_a_list_lie_where_paths_lie() {
    PathUse use = new PathUse(ObjectType.DIRECTORY, DataFlow.INOUT);
    Job.Parameter list =
        new Job.Parameter("Caches", ParameterType.LIST_PATH, "[\"a/b\", \"c\"]", use);
    JobPaths paths = JobPaths.of(List.of(list, frames));
    assertThat(paths.folders())
        .containsExactly(
            new Place(Tree.OUTPUT, "a/b"),
            new Place(Tree.OUTPUT, "c"),
            new Place(Tree.OUTPUT, "frames"));
    assertThat(paths.isChangeable("a/b/x")).isTrue();
    assertThat(paths.isChangeable("a/x")).isFalse();
  }

  @Test
  void a_value_that_leads_out_is_refused_by_name() {
    for (String value : List.of("/etc/passwd", "../x", "a/../../x", "C:\\x", "\\\\host\\x")) {
      Job.Parameter bad = path("Scene", value, ObjectType.FILE, DataFlow.IN);
      assertThatThrownBy(() -> JobPaths.of(List.of(bad)).place(bad))
          .as(value)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("parameter Scene");
    }
    Job.Parameter fine = path("Scene", "a/../b/./c", ObjectType.FILE, DataFlow.IN);
    assertThat(JobPaths.of(List.of(fine)).place(fine)).contains(new Place(Tree.WORKSPACE, "b/c"));
  }
}

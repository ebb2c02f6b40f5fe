package blenderer.node.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TaskNeedsTest {

  private static TaskNeeds needs(String json) throws IOException {
    return TaskNeeds.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static final String LIST =
      "{\"version\":1,\"frames\":\"-2-9\",\"files\":{\"a.vdb\":\"-1,3-4\",\"unused.vdb\":\"\"}}";

  @Test
  void a_file_is_needed_by_the_tasks_that_the_list_names() throws IOException {
    assertThat(needs(LIST).isNeeded("a.vdb", new long[] {1, 2})).isFalse();
    assertThat(needs(LIST).isNeeded("a.vdb", new long[] {2, 3})).isTrue();
    assertThat(needs(LIST).isNeeded("a.vdb", new long[] {-1})).isTrue();
    assertThat(needs(LIST).isNeeded("unused.vdb", new long[] {1, 3})).isFalse();
  }

  @Test
  void what_the_list_does_not_name_is_needed_by_all() throws IOException {
    assertThat(needs(LIST).isNeeded("scene.blend", new long[] {7})).isTrue();
  }

  @Test
  void a_task_that_the_list_does_not_know_needs_all() throws IOException {
    assertThat(needs(LIST).isNeeded("a.vdb", new long[] {10})).isTrue();
    assertThat(needs(LIST).isNeeded("unused.vdb", new long[] {1, 10})).isTrue();
  }

  @Test
  void a_range_without_end_costs_no_memory() throws IOException {
    String endless =
        "{\"version\":1,\"frames\":\"1-2000000000\",\"files\":{\"a\":\"1-2000000000:2\"}}";
    assertThat(needs(endless).isNeeded("a", new long[] {1_999_999_999})).isTrue();
    assertThat(needs(endless).isNeeded("a", new long[] {1_999_999_998})).isFalse();
  }

  @Test
  void a_list_that_cannot_be_understood_is_refused() {
    assertThatThrownBy(() -> needs("{\"version\":2}")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> needs("{\"version\":1,\"frames\":\"x\",\"files\":{\"a\":\"frog\"}}"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> needs("no list")).isInstanceOf(IOException.class);
  }
}

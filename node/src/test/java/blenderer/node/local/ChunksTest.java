package blenderer.node.local;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.IndexRanges;
import blenderer.openjd.JobCreation;
import blenderer.openjd.TaskSpace;
import blenderer.openjd.Templates;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChunksTest {

  private static TaskSpace space(String range, String chunks) {
    String template =
        """
        specificationVersion: jobtemplate-2023-09
        extensions: [TASK_CHUNKING]
        name: test
        steps:
          - name: s
            parameterSpace:
              taskParameterDefinitions:
                - {name: Frame, type: "CHUNK[INT]", range: "%s", chunks: {%s}}
            script: {actions: {onRun: {command: "true"}}}
        """
            .formatted(range, chunks);
    if (Templates.parseJob(template.getBytes(StandardCharsets.UTF_8), "test")
            instanceof Templates.Parsed(var parsed)
        && JobCreation.create(parsed, Map.of()) instanceof JobCreation.Created(var job)) {
      return job.steps().getFirst().tasks();
    }
    throw new AssertionError(template);
  }

  private static List<String> cut(TaskSpace space, Duration perTask) {
    Chunks chunks = new Chunks(space);
    List<String> cut = new ArrayList<>();
    while (chunks.hasNext()) {
      IndexRanges tasks = chunks.next();
      cut.add(space.chunkValue(tasks));
      chunks.took(tasks.size(), perTask.multipliedBy(tasks.size()));
    }
    return cut;
  }

  @Test
  void without_a_target_chunks_are_balanced() {
    TaskSpace space = space("1-12", "defaultTaskCount: 5, rangeConstraint: CONTIGUOUS");
    assertThat(cut(space, Duration.ofSeconds(9))).containsExactly("1-4", "5-8", "9-12");
  }

  @Test
  void chunks_grow_and_shrink_towards_the_time_they_should_take() {
    String chunks = "defaultTaskCount: 2, targetRuntimeSeconds: 6, rangeConstraint: CONTIGUOUS";
    assertThat(cut(space("1-12", chunks), Duration.ofSeconds(1)))
        .containsExactly("1-2", "3-8", "9-12");
    assertThat(cut(space("1-5", chunks), Duration.ofSeconds(60)))
        .containsExactly("1-2", "3-3", "4-4", "5-5");
  }

  @Test
  void a_chunk_ends_at_a_gap_where_its_numbers_must_follow_one_another() {
    String chunks = "defaultTaskCount: 2, targetRuntimeSeconds: 60, rangeConstraint: ";
    assertThat(cut(space("1-4,10-12", chunks + "CONTIGUOUS"), Duration.ofSeconds(1)))
        .containsExactly("1-2", "3-4", "10-12");
    assertThat(cut(space("1-4,10-12", chunks + "NONCONTIGUOUS"), Duration.ofSeconds(1)))
        .containsExactly("1,2", "3,4,10-12");
  }
}

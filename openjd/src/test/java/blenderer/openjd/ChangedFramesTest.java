package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChangedFramesTest {

  private static final String RENDER_AND_ENCODE =
      """
      specificationVersion: jobtemplate-2023-09
      extensions: [TASK_CHUNKING]
      name: film
      parameterDefinitions:
        - {name: Frames, type: STRING}
      steps:
        - name: render
          parameterSpace:
            taskParameterDefinitions:
              - name: Frame
                type: CHUNK[INT]
                range: "{{Param.Frames}}"
                chunks: {defaultTaskCount: 2, rangeConstraint: CONTIGUOUS}
          script: {actions: {onRun: {command: render}}}
        - name: encode
          dependencies: [{dependsOn: render}]
          script: {actions: {onRun: {command: encode, args: ["{{Param.Frames}}"]}}}
      """;

  private static ChangedFrames.Result create(ChangedFrames frames, String template) {
    Templates.Result parsed =
        Templates.parseJob(template.getBytes(StandardCharsets.UTF_8), "template");
    assertThat(parsed).isInstanceOf(Templates.Parsed.class);
    return frames.create(
        ((Templates.Parsed) parsed).template(), List.of(), Map.of("Frames", "1-3"));
  }

  private static String frames(Job job) {
    return job.parameters().getFirst().value();
  }

  @Test
  void added_frames_come_last_and_only_steps_that_have_no_frames_see_the_new_range() {
    ChangedFrames.Views views =
        ((ChangedFrames.Made)
                create(new ChangedFrames(List.of("8-9", "0"), "1,2,8,9,0"), RENDER_AND_ENCODE))
            .views();
    TaskSpace tasks = views.of(0).steps().get(0).tasks();
    assertThat(List.of(tasks.item(0), tasks.item(3), tasks.item(4), tasks.item(5)))
        .containsExactly(1L, 8L, 9L, 0L);
    assertThat(tasks.size()).isEqualTo(6);
    assertThat(frames(views.of(0))).isEqualTo("1-3");
    assertThat(frames(views.of(1))).isEqualTo("1,2,8,9,0");
    assertThat(views.of(1).steps().get(0).tasks().size()).isEqualTo(6);
    assertThat(views.of(1).steps().get(1).tasks().size()).isEqualTo(1);
    assertThat(views.ofFrames()).containsExactly(0);
  }

  @Test
  void a_template_without_tasks_of_frames_is_refused() {
    String none = RENDER_AND_ENCODE.replace("range: \"{{Param.Frames}}\"", "range: \"5-9\"");
    assertThat(create(new ChangedFrames(List.of("8"), "1-3,8"), none))
        .isEqualTo(
            new ChangedFrames.Refused(
                "no step of it has a task for each number of a parameter 'Frames'"));
    assertThat(create(new ChangedFrames(List.of("x"), "1-3"), RENDER_AND_ENCODE))
        .isInstanceOf(ChangedFrames.Refused.class);
  }
}

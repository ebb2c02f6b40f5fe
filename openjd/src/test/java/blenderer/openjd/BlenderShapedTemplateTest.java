package blenderer.openjd;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.IndexRanges;
import blenderer.openjd.Action.Cancelation.NotifyThenTerminate;
import blenderer.openjd.Action.Cancelation.Terminate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One template of the shape that renderers ship, from its bytes to the command lines. */
final class BlenderShapedTemplateTest {

  private static final String TEMPLATE =
      """
      specificationVersion: jobtemplate-2023-09
      extensions: [TASK_CHUNKING]
      name: "{{Param.JobName}} ({{Param.Samples}})"
      parameterDefinitions:
        - {name: JobName, type: STRING, default: shot}
        - {name: Scene, type: PATH, objectType: FILE, dataFlow: IN}
        - {name: Output, type: PATH, objectType: DIRECTORY, dataFlow: OUT, default: frames}
        - {name: Frames, type: STRING}
        - {name: Samples, type: INT, default: 16, minValue: 1}
        - {name: Threshold, type: FLOAT, default: 0.10}
      steps:
        - name: render
          stepEnvironments:
            - name: blender
              variables:
                SCENE: "{{Param.Scene}}"
              script:
                actions:
                  onEnter: {command: sh, args: ["{{Env.File.enter}}", "{{Param.Scene}}"], timeout: 60}
                  onExit: {command: sh, args: ["{{Env.File.exit}}"]}
                embeddedFiles:
                  - {name: enter, type: TEXT, filename: enter.sh, runnable: true, data: "start {{Param.Samples}}"}
                  - {name: exit, type: TEXT, data: "stop in {{Session.WorkingDirectory}}"}
          parameterSpace:
            taskParameterDefinitions:
              - name: Frame
                type: CHUNK[INT]
                range: "{{Param.Frames}}"
                chunks: {defaultTaskCount: 5, targetRuntimeSeconds: 60, rangeConstraint: NONCONTIGUOUS}
          script:
            actions:
              onRun:
                command: sh
                args: ["{{Task.File.run}}", "{{Task.Param.Frame}}", "{{Param.Output}}", "{{Param.Threshold}}"]
                cancelation: {mode: NOTIFY_THEN_TERMINATE}
            embeddedFiles:
              - {name: run, type: TEXT, data: "render"}
      """;

  private static Job job(Map<String, String> values) {
    JobTemplate template =
        switch (Templates.parseJob(TEMPLATE.getBytes(StandardCharsets.UTF_8), "template.yaml")) {
          case Templates.Parsed(JobTemplate parsed) -> parsed;
          case Templates.Refused(var errors) -> throw new AssertionError(errors);
        };
    return switch (JobCreation.create(template, values)) {
      case JobCreation.Created(Job created) -> created;
      case JobCreation.Refused(var errors) -> throw new AssertionError(errors);
    };
  }

  @Test
  void a_job_has_its_name_values_and_tasks() {
    Job job = job(Map.of("Scene", "/home/me/shot.blend", "Frames", "1-10,20", "Samples", "+032"));

    assertThat(job.name()).isEqualTo("shot (32)");
    assertThat(job.parameters())
        .contains(
            new Job.Parameter(
                "Scene",
                ParameterType.PATH,
                "/home/me/shot.blend",
                new PathUse(PathUse.ObjectType.FILE, PathUse.DataFlow.IN)),
            new Job.Parameter(
                "Output",
                ParameterType.PATH,
                "frames",
                new PathUse(PathUse.ObjectType.DIRECTORY, PathUse.DataFlow.OUT)),
            new Job.Parameter("Threshold", ParameterType.FLOAT, "0.10", null));
    TaskSpace tasks = job.step("render").tasks();
    assertThat(tasks.size()).isEqualTo(11);
    assertThat(tasks.task(10)).containsExactly(Map.entry("Frame", "20"));
    assertThat(tasks.chunks())
        .contains(new ChunkSpec("Frame", 5, 60, ChunkSpec.RangeConstraint.NONCONTIGUOUS));
    assertThat(tasks.chunkValue(IndexRanges.of(7, 8, 9, 10))).isEqualTo("8-10,20");
  }

  @Test
  void a_session_gets_its_command_lines_files_and_variables() {
    Job job = job(Map.of("Scene", "shot.blend", "Frames", "1-10"));
    Job.Step step = job.step("render");
    Symbols session =
        Symbols.ofJob(job, parameter -> "/space/" + parameter.value(), path -> path)
            .withSession("/session", false, "/session/rules.json");
    Environment blender = job.environmentsAround(step).getFirst();
    Symbols inside =
        session.inEnvironment(blender, Map.of("enter", "/session/enter.sh", "exit", "/session/x"));

    assertThat(blender.resolveVariables(session))
        .containsExactly(Map.entry("SCENE", "/space/shot.blend"));
    assertThat(blender.embeddedFiles().get(0).resolveData(inside)).isEqualTo("start 16");
    assertThat(blender.embeddedFiles().get(1).resolveData(inside)).isEqualTo("stop in /session");
    assertThat(requireNonNull(blender.onEnter()).resolve(inside))
        .isEqualTo(
            new Action.Resolved(
                List.of("sh", "/session/enter.sh", "/space/shot.blend"),
                Duration.ofMinutes(1),
                new Terminate()));
    assertThat(requireNonNull(blender.onExit()).resolve(inside).timeout())
        .isEqualTo(Duration.ofMinutes(5));
    Symbols task =
        session.inTask(
            step,
            step.tasks().chunk(IndexRanges.range(0, 3)),
            path -> path,
            Map.of("run", "/session/run"));
    assertThat(step.script().onRun().resolve(task))
        .isEqualTo(
            new Action.Resolved(
                List.of("sh", "/session/run", "1-4", "/space/frames", "0.10"),
                null,
                new NotifyThenTerminate(Duration.ofMinutes(2))));
  }
}

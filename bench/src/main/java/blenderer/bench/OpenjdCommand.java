package blenderer.bench;

import blenderer.openjd.Job;
import blenderer.openjd.JobCreation;
import blenderer.openjd.JobTemplate;
import blenderer.openjd.Templates;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench openjd}: how long a template of 2,000 lines takes to check once the code is warm,
 * and what a job of a million tasks takes to make and to walk through. Memory is every byte that
 * the thread asked for, freed or not.
 */
@Command(
    name = "openjd",
    mixinStandardHelpOptions = true,
    description = "Times checking a long template and making a job of a million tasks.")
final class OpenjdCommand implements Callable<Integer> {

  private static final int LINES = 2_000;
  private static final int TASKS = 1_000_000;

  @Option(
      names = "--rounds",
      defaultValue = "100",
      description = "How often each is done; the median counts (default: ${DEFAULT-VALUE}).")
  private int rounds = 100;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Override
  public Integer call() {
    if (rounds < 1) {
      System.err.println("error [wrong-use] --rounds is at least 1.");
      System.err.println("  next: See 'blenderer bench openjd --help'.");
      return 2;
    }
    ObjectNode out = new ObjectMapper().createObjectNode();
    byte[] text = longTemplate().getBytes(StandardCharsets.UTF_8);
    out.put("check_lines", LINES);
    measure("check", () -> parse(text), out);
    JobTemplate million = parse(millionTasks().getBytes(StandardCharsets.UTF_8));
    long before = threads.getCurrentThreadAllocatedBytes();
    Job job = create(million);
    out.put("job_mib", (threads.getCurrentThreadAllocatedBytes() - before) / 1048576.0);
    measure("job", () -> create(million), out);
    out.put("job_tasks", job.steps().getFirst().tasks().size());
    long start = System.nanoTime();
    long characters = 0;
    for (int i = 0; i < TASKS; i++) {
      for (String value : job.steps().getFirst().tasks().task(i).values()) {
        characters += value.length();
      }
    }
    out.put("walk_ms", (System.nanoTime() - start) / 1e6);
    out.put("walk_characters", characters);
    System.out.println(out);
    return 0;
  }

  /** The first time, and the medians of wall and processor time once the code is warm. */
  private void measure(String name, Runnable action, ObjectNode out) {
    long[] wall = new long[rounds];
    long[] cpu = new long[rounds];
    for (int i = 0; i < 2 * rounds; i++) {
      long start = System.nanoTime();
      long startCpu = threads.getCurrentThreadCpuTime();
      action.run();
      // The first half warms up.
      wall[i % rounds] = System.nanoTime() - start;
      cpu[i % rounds] = threads.getCurrentThreadCpuTime() - startCpu;
      if (i == 0) {
        out.put(name + "_first_ms", wall[0] / 1e6);
      }
    }
    Arrays.sort(wall);
    Arrays.sort(cpu);
    out.put(name + "_ms", wall[rounds / 2] / 1e6);
    out.put(name + "_cpu_ms", cpu[rounds / 2] / 1e6);
  }

  private static JobTemplate parse(byte[] text) {
    return switch (Templates.parseJob(text, "bench")) {
      case Templates.Parsed(JobTemplate template) -> template;
      case Templates.Refused(var errors) -> throw new IllegalStateException(errors.toString());
    };
  }

  private static Job create(JobTemplate template) {
    return switch (JobCreation.create(template, Map.of())) {
      case JobCreation.Created(Job job) -> job;
      case JobCreation.Refused(var errors) -> throw new IllegalStateException(errors.toString());
    };
  }

  /** Steps of 20 lines each, with everything that takes work to check. */
  private static String longTemplate() {
    StringBuilder text =
        new StringBuilder(
            """
            specificationVersion: jobtemplate-2023-09
            name: "bench {{Param.Scene}}"
            parameterDefinitions:
              - {name: Scene, type: STRING, default: scene}
              - {name: Frames, type: STRING, default: 1-100}
            steps:
            """);
    String step =
        """
          - name: step %1$d
            hostRequirements:
              amounts:
                - {name: amount.worker.memory, min: 1024}
            parameterSpace:
              taskParameterDefinitions:
                - {name: Frame, type: INT, range: "{{Param.Frames}}"}
                - {name: Tile, type: STRING, range: [a, b, c, "{{Param.Scene}}"]}
              combination: Frame * Tile
            script:
              actions:
                onRun:
                  command: bash
                  args: ["{{Task.File.Run}}", "{{Task.Param.Frame}}", "{{Task.Param.Tile}}"]
              embeddedFiles:
                - name: Run
                  type: TEXT
                  data: |
                    set -e
                    echo "{{Param.Scene}} {{Task.Param.Frame}} {{Session.WorkingDirectory}}"
        """;
    for (int i = 0; text.chars().filter(c -> c == '\n').count() < LINES; i++) {
      text.append(step.formatted(i));
    }
    return text.toString();
  }

  private static String millionTasks() {
    return """
    specificationVersion: jobtemplate-2023-09
    name: a million tasks
    steps:
      - name: one
        parameterSpace:
          taskParameterDefinitions:
            - {name: Frame, type: INT, range: "1-20000:2,30001-120000"}
            - {name: Tile, type: STRING, range: [a, b, c, d, e, f, g, h, i, j]}
        script: {actions: {onRun: {command: c}}}
    """;
  }
}

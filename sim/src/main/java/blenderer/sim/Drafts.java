package blenderer.sim;

import blenderer.core.Event;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.Permission;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.model.StepState;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one place that makes jobs, steps and nodes for simulations and for benchmarks of the core.
 */
public final class Drafts {

  /** The template that every job of a simulation is made of; every node has it. */
  public static final Digest TEMPLATE = Digest.of(new byte[] {1});

  private static final Renderer BLENDER = new Renderer("blender", "4.3.2", List.of("cycles"));

  private Drafts() {}

  /** A job that waits for its first lease. */
  public static Row.Job job(
      String id,
      String owner,
      String project,
      int priority,
      long submittedAt,
      List<Digest> inputs) {
    return job(id, owner, project, priority, submittedAt, inputs, Row.Terms.NONE);
  }

  /** The same that runs when and on how much of the farm {@code terms} say. */
  public static Row.Job job(
      String id,
      String owner,
      String project,
      int priority,
      long submittedAt,
      List<Digest> inputs,
      Row.Terms terms) {
    return new Row.Job(
        id,
        id,
        owner,
        project,
        priority,
        JobState.WAITING,
        submittedAt,
        null,
        null,
        null,
        TEMPLATE,
        null,
        Map.of(),
        List.of(new Requirement("blender", "4.2", List.of())),
        Map.of(),
        inputs,
        Permission.TEMPLATES,
        false,
        List.of(),
        terms);
  }

  /** A step of {@code size} tasks in leases of at most {@code chunk}. */
  public static Row.Step step(
      String job, int number, int size, int chunk, List<Integer> dependsOn, Row.Plan plan) {
    return new Row.Step(
        job,
        number,
        "step" + number,
        "Frame",
        size,
        chunk,
        size,
        dependsOn,
        dependsOn.isEmpty() ? StepState.READY : StepState.BLOCKED,
        IndexRanges.empty(),
        plan,
        null);
  }

  /** What a step asks: amounts and one attribute, if its value is not null. */
  public static Row.Plan plan(
      Map<String, Integer> amounts, String attribute, @Nullable String value) {
    return new Row.Plan(
        new HostNeeds(
            amounts.entrySet().stream()
                .map(e -> new HostNeeds.Amount(e.getKey(), BigDecimal.valueOf(e.getValue()), null))
                .toList(),
            value == null
                ? List.of()
                : List.of(new HostNeeds.Attribute(attribute, List.of(value), List.of()))),
        Row.Cut.SHRINKING,
        0,
        IndexRanges.empty(),
        Row.Probe.NONE);
  }

  /** What a node says of itself. */
  public static Event.Facts facts(
      int cpus, long memoryMib, Map<String, BigDecimal> amounts, Map<String, List<String>> values) {
    return new Event.Facts(
        "1",
        "linux",
        cpus,
        memoryMib << 20,
        List.of(BLENDER),
        List.of(TEMPLATE),
        new HostOffer(amounts, values),
        Permission.SCRIPTS,
        "");
  }
}

package blenderer.node.local;

import blenderer.openjd.Job;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which steps run, one after the other. */
final class StepOrder {

  private StepOrder() {}

  /**
   * All steps, each behind those it depends on and otherwise as the template has them; or only one.
   *
   * @param only null: all
   */
  static List<Job.Step> of(Job job, @Nullable String only) throws LocalFailure {
    if (only != null) {
      return List.of(named(job, only));
    }
    List<Job.Step> ordered = new ArrayList<>();
    List<Job.Step> rest = new ArrayList<>(job.steps());
    Set<String> done = new HashSet<>();
    while (!rest.isEmpty()) {
      Job.Step next =
          rest.stream()
              .filter(step -> done.containsAll(step.dependencies()))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("steps in a circle: " + rest));
      rest.remove(next);
      done.add(next.name());
      ordered.add(next);
    }
    return ordered;
  }

  private static Job.Step named(Job job, String name) throws LocalFailure {
    try {
      return job.step(name);
    } catch (IllegalArgumentException e) {
      throw new LocalFailure(
          LocalFailure.WRONG_USE,
          "step-unknown",
          "The job has no step '" + name + "'.",
          "Its steps are: "
              + String.join(", ", job.steps().stream().map(Job.Step::name).toList())
              + ".");
    }
  }
}

package blenderer.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What jobs look like: the neutral shapes on which farms are compared. */
public enum Shape {
  /** One step of a hundred tasks. */
  SIMPLE(List.of(new Part(1, 100))),
  /** One step of two thousand tasks. */
  WIDE(List.of(new Part(1, 2_000))),
  /** Five steps of a hundred tasks, each after the one before. */
  DEEP(IntStream.range(0, 5).mapToObj(_ -> new Part(1, 100)).toList()),
  /** Thirty steps of one task, each after the one before. */
  CHAIN(IntStream.range(0, 30).mapToObj(_ -> new Part(1, 1)).toList()),
  /** One task, then ten steps of thirty that need it. */
  FAN_OUT(List.of(new Part(1, 1), new Part(10, 30))),
  /** Ten steps of thirty tasks, then one task that needs them all. */
  FAN_IN(List.of(new Part(10, 30), new Part(1, 1))),
  /** One task, ten steps of thirty that need it, one task that needs them all. */
  DIAMOND(List.of(new Part(1, 1), new Part(10, 30), new Part(1, 1))),
  /** Jobs of all other shapes in turn, from a fifth to five times their size. */
  MIXED(List.of());

  /** Some steps side by side. */
  private record Part(int steps, int tasks) {}

  /** A step of a job to be: its tasks and the steps before it. */
  record Outline(int tasks, List<Integer> dependsOn) {}

  private final List<Part> parts;

  Shape(List<Part> parts) {
    this.parts = parts;
  }

  /** The name as it stands in commands and JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The steps of one job. */
  List<Outline> job(SplittableRandom random) {
    if (this != MIXED) {
      return steps(1);
    }
    Shape[] others = values();
    Shape one = others[random.nextInt(others.length - 1)];
    return one.steps(Math.exp((2 * random.nextDouble() - 1) * Math.log(5)));
  }

  private List<Outline> steps(double factor) {
    List<Outline> steps = new ArrayList<>();
    List<Integer> before = List.of();
    for (Part part : parts) {
      List<Integer> these = new ArrayList<>();
      for (int i = 0; i < part.steps(); i++) {
        these.add(steps.size());
        int tasks = part.tasks() == 1 ? 1 : (int) Math.max(1, Math.round(part.tasks() * factor));
        steps.add(new Outline(tasks, before));
      }
      before = List.copyOf(these);
    }
    return steps;
  }
}

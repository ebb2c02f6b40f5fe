package blenderer.openjd;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that step names are unique and that dependencies name steps and run in no circle. */
final class StepGraph {

  private StepGraph() {}

  static void check(List<StepTemplate> steps, List<Spot> spots, Problems problems) {
    Map<String, StepTemplate> byName = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      String name = steps.get(i).name();
      if (!name.isEmpty() && byName.put(name, steps.get(i)) != null) {
        spots.get(i).wrong("the step name '" + name + "' stands twice; rename one");
      }
    }
    boolean sound = true;
    for (int i = 0; i < steps.size(); i++) {
      StepTemplate step = steps.get(i);
      Set<String> seen = new HashSet<>();
      for (int d = 0; d < step.dependencies().size(); d++) {
        String on = step.dependencies().get(d);
        String path = spots.get(i).path() + "/dependencies/" + d;
        if (on.isEmpty()) {
          continue;
        }
        if (on.equals(step.name())) {
          problems.add(path, "the step '" + on + "' depends on itself; remove this dependency");
          sound = false;
        } else if (!byName.containsKey(on)) {
          problems.add(path, "there is no step '" + on + "'" + Near.hint(on, byName.keySet()));
        } else if (!seen.add(on)) {
          problems.add(path, "the dependency on '" + on + "' stands twice; remove one");
        }
      }
    }
    if (sound) {
      findCircle(byName, problems);
    }
  }

  /** Takes away steps that depend on nothing left; what remains runs in circles or leads to one. */
  private static void findCircle(Map<String, StepTemplate> byName, Problems problems) {
    Map<String, StepTemplate> left = new HashMap<>(byName);
    boolean smaller = true;
    while (smaller) {
      smaller =
          left.values().removeIf(step -> step.dependencies().stream().noneMatch(left::containsKey));
    }
    if (!left.isEmpty()) {
      problems.add(
          "/steps",
          "the steps "
              + String.join(", ", left.keySet().stream().sorted().toList())
              + " wait for each other in a circle; remove one of their dependencies");
    }
  }
}

package blenderer.openjd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  /** Takes away steps that wait for nothing left; what remains runs in circles or leads to one. */
  private static void findCircle(Map<String, StepTemplate> byName, Problems problems) {
    Map<String, Integer> waiting = new HashMap<>();
    Map<String, List<String>> dependents = new HashMap<>();
    Deque<String> free = new ArrayDeque<>();
    for (StepTemplate step : byName.values()) {
      List<String> on = step.dependencies().stream().filter(byName::containsKey).toList();
      on.forEach(name -> dependents.computeIfAbsent(name, _ -> new ArrayList<>()).add(step.name()));
      waiting.put(step.name(), on.size());
      if (on.isEmpty()) {
        free.add(step.name());
      }
    }
    while (!free.isEmpty()) {
      String done = free.remove();
      waiting.remove(done);
      for (String name : dependents.getOrDefault(done, List.of())) {
        if (waiting.merge(name, -1, Integer::sum) == 0) {
          free.add(name);
        }
      }
    }
    if (!waiting.isEmpty()) {
      problems.add(
          "/steps",
          "the steps "
              + String.join(", ", waiting.keySet().stream().sorted().toList())
              + " wait for each other in a circle; remove one of their dependencies");
    }
  }
}

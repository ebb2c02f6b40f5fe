package blenderer.sim;

import blenderer.core.Event;
import blenderer.core.Row;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that a plan brings upon a farm, at a virtual time. Each can be left out without
 * changing what the others are; that is how a failing run is made small.
 */
sealed interface Item {

  /** Milliseconds since the run began. */
  long at();

  /** The item in a line, for people. */
  default String line() {
    String what =
        switch (this) {
          case Join join -> "node " + join.spec();
          case Submit submit ->
              "submit "
                  + submit.job().id()
                  + " of "
                  + submit.job().owner()
                  + " in "
                  + submit.job().project()
                  + ", priority "
                  + submit.job().priority()
                  + ": "
                  + submit.steps().stream().map(Item::step).collect(Collectors.joining("; "));
          case Act act -> act.event().toString();
          default -> toString().replaceFirst("at=\\d+, ", "");
        };
    return "at " + at() + " ms: " + what;
  }

  private static String step(Row.Step step) {
    Row.Plan plan = step.plan();
    return step.size()
        + " tasks by "
        + step.chunk()
        + " "
        + plan.cut()
        + (plan.breaks().isEmpty() ? "" : ", break at " + plan.breaks())
        + (step.dependsOn().isEmpty() ? "" : ", after " + step.dependsOn())
        + plan.needs().amounts().stream()
            .map(need -> ", " + need.reserved() + " of " + need.name())
            .collect(Collectors.joining())
        + plan.needs().attributes().stream()
            .map(need -> ", " + need.name() + " " + need.anyOf())
            .collect(Collectors.joining());
  }

  /** A node joins the farm. */
  record Join(long at, FarmNode.Spec spec) implements Item {}

  /**
   * A person submits a job.
   *
   * @param inputs contents of its inputs
   */
  record Submit(long at, Row.Job job, List<Row.Step> steps, List<Long> inputs) implements Item {}

  /** A person does something else. */
  record Act(long at, Event event) implements Item {}

  /**
   * A person gives a job's first step other frames.
   *
   * @param more how many are added
   * @param odd whether those with odd indexes are left out, or else all others come back
   */
  record Reframe(long at, String job, int more, boolean odd) implements Item {}

  /** A node's process is killed and comes back. */
  record Kill(long at, String node, long downMillis, boolean diskLost) implements Item {}

  /** A node gives back what it has, ends, and comes back. */
  record Leave(long at, String node, long awayMillis) implements Item {}

  /** A node comes back as another kind of node. */
  record Becomes(long at, String node, int slots, List<String> kinds) implements Item {}

  /** A second process calls under the same node's key for a while. */
  record Double(long at, String node, long forMillis) implements Item {}

  /** Nothing gets through between the server and these nodes. */
  record Cut(long at, List<String> nodes, long forMillis) implements Item {}

  /** The server's process is killed, whatever it does just now. */
  record Crash(long at, long downMillis) implements Item {}

  /** The next commit that writes something ends so. */
  record CrashAtCommit(long at, FarmServer.CrashPoint point, long downMillis) implements Item {}

  /** The server's wall clock is turned. */
  record TurnClock(long at, long byMillis) implements Item {}

  /** What no job needs and nothing holds is freed. */
  record CollectGarbage(long at) implements Item {}
}

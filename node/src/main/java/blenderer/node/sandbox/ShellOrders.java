package blenderer.node.sandbox;

import blenderer.node.os.ProcessControl;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the shell inside a box is told. It reads orders from its input and answers on its output:
 * {@code pid N P} when action N runs as process P of the box, {@code end N C} when it has ended
 * with exit code C. P is also the action's process group.
 *
 * <p>What waits for an action is not the shell's own child: a shell that only ever starts things in
 * the background never asks what became of them, and each would stay in the table of processes, and
 * count as one of the session's, until the session ends. The box's first process takes the orphans.
 */
final class ShellOrders {

  private final String env;
  private final String setsid;

  /**
   * @param env path of the program, and its options
   * @param setsid path of the program
   */
  ShellOrders(String env, String setsid) {
    this.env = env;
    this.setsid = setsid;
  }

  /** As one word of a shell that means exactly {@code text}. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  String start(long number, ProcessControl.Command command) {
    StringBuilder order = new StringBuilder("( { ( cd ");
    order.append(quoted(command.workingFolder().toString())).append(" && exec ").append(env);
    order.append(" -i");
    for (Map.Entry<String, String> one : new TreeMap<>(command.environment()).entrySet()) {
      order.append(' ').append(quoted(one.getKey() + "=" + one.getValue()));
    }
    order.append(' ').append(setsid).append(" --");
    command.line().forEach(word -> order.append(' ').append(quoted(word)));
    order.append(" >>").append(quoted(command.output().toString())).append(" 2>&1 ) & p=$!; ");
    order.append("echo \"pid ").append(number).append(" $p\"; wait $p; ");
    return order
        .append("echo \"end ")
        .append(number)
        .append(" $?\"; } </dev/null & )\n")
        .toString();
  }

  /** Before the action has become the leader of its group, only it is there to be signalled. */
  static String signal(String name, long process) {
    return "kill -s %s -- -%d 2>/dev/null || kill -s %s %d 2>/dev/null\n"
        .formatted(name, process, name, process);
  }
}

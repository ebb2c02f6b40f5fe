package blenderer.node.sandbox;

import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A node's process, for the test that kills it: runs a script in a box and waits for ever. */
final class Doomed {

  private Doomed() {}

  /**
   * Begins.
   *
   * @param args the node's folder, the session's folder, the file for its output, the script
   */
  public static void main(String[] args) throws Exception {
    Path data = Path.of(args[0]);
    ProcessControl.Mark session = new ProcessControl.Mark("BLENDERER_SESSION", "doomed");
    Sandbox sandbox =
        Sandboxes.find(
            new LinuxProcessControl(),
            new ProcessControl.Mark("BLENDERER_NODE", args[0]),
            data,
            Sandboxes.Wish.ofThisComputer(1));
    System.out.println(sandbox.status());
    SessionBox box =
        sandbox.open(new BoxPlan("doomed", session, Path.of(args[1]), List.of(), List.of()));
    box.control()
        .start(
            new ProcessControl.Command(
                List.of("sh", "-c", args[3]),
                Map.of("PATH", "/usr/bin:/bin", "BLENDERER_NODE", args[0]),
                Path.of(args[1]),
                Path.of(args[2])));
    Thread.sleep(Long.MAX_VALUE);
  }
}

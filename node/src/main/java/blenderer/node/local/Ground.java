package blenderer.node.local;

import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.sandbox.BoxPlan;
import blenderer.node.sandbox.Limits;
import blenderer.node.sandbox.Sandbox;
import blenderer.node.sandbox.SandboxStatus;
import blenderer.node.sandbox.Sandboxes;
import blenderer.node.sandbox.SessionBox;
import blenderer.node.session.PathRules;
import blenderer.node.session.SessionPlan;
import blenderer.openjd.Job;
import blenderer.openjd.ParameterType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run's commands stand on: the person's own computer, or a box on it. */
final class Ground implements AutoCloseable {

  private static final long MIN_FREE = 2L << 30;

  private final ProcessControl control;
  private final Map<String, String> variables;
  private final @Nullable SessionBox box;

  private Ground(ProcessControl control, Map<String, String> variables, @Nullable SessionBox box) {
    this.control = control;
    this.variables = variables;
    this.box = box;
  }

  /** Commands are the person's own: they have their environment, files and rights. */
  static Ground open() throws LocalFailure {
    return new Ground(processes(), System.getenv(), null);
  }

  /**
   * Commands see the system and what the job's PATH parameters name, may write in the run's folder
   * only, and have neither the person's environment nor a network.
   */
  static Ground boxed(RunFolder folder, Job job, PathRules rules) throws LocalFailure, IOException {
    ProcessControl outside = processes();
    Limits limits =
        new Limits(
            Limits.memoryShare(outside.machineMemory(), 1),
            Limits.DEFAULT_PROCESSES,
            () -> Math.max(0, folder.session().root().toFile().getUsableSpace() - MIN_FREE));
    Path root = folder.session().root();
    Sandbox sandbox =
        Sandboxes.find(
            outside,
            new ProcessControl.Mark(SessionPlan.NODE_MARK, root.toString()),
            folder.top(),
            new Sandboxes.Wish(true, false, limits));
    if (sandbox.status().kind() != SandboxStatus.Kind.BUBBLEWRAP) {
      throw new LocalFailure(
          LocalFailure.WRONG_USE,
          "no-sandbox",
          sandbox.status().reason(),
          "Mend that, or run templates that you trust without --sandbox.");
    }
    List<Path> readable = new ArrayList<>(folder.session().shown());
    readable.addAll(named(job, rules));
    SessionBox box =
        sandbox.open(
            new BoxPlan(
                folder.id(),
                new ProcessControl.Mark(SessionPlan.SESSION_MARK, folder.id()),
                root,
                folder.session().frozen(),
                readable));
    return new Ground(box.control(), Map.of(), box);
  }

  /** What PATH parameters name and is there. */
  private static List<Path> named(Job job, PathRules rules) {
    List<Path> paths = new ArrayList<>();
    for (Job.Parameter parameter : job.parameters()) {
      if (parameter.type() == ParameterType.PATH && parameter.value().startsWith("/")) {
        try {
          Path path = Path.of(rules.apply(parameter.value()));
          if (Files.exists(path)) {
            paths.add(path);
          }
        } catch (InvalidPathException e) {
          // Then there is no such file.
        }
      }
    }
    return paths;
  }

  private static ProcessControl processes() throws LocalFailure {
    try {
      return new LinuxProcessControl();
    } catch (IOException e) {
      throw new LocalFailure(
          LocalFailure.WRONG_USE,
          "program-missing",
          "This computer cannot run actions: " + e.getMessage() + ".",
          "Install it (Debian: package util-linux).");
    }
  }

  ProcessControl control() {
    return control;
  }

  /** What every command's environment begins with. */
  Map<String, String> variables() {
    return variables;
  }

  @Override
  public void close() {
    if (box != null) {
      box.close();
    }
  }
}

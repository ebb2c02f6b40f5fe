package blenderer.node.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import blenderer.model.Digest;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.Programs;
import blenderer.node.os.RunningAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the best sandbox of this computer, by trying it. */
public final class Sandboxes {

  private static final Duration MOST_FOR_TRIAL = Duration.ofSeconds(20);
  private static final long MOST_SCRATCH = 1L << 30;

  private Sandboxes() {}

  /**
   * What a node's owner wants of it.
   *
   * @param wanted false: no sandbox at all
   * @param network whether sessions may use the network
   */
  public record Wish(boolean wanted, boolean network, Limits limits) {

    /** What a node has whose owner says nothing, but for the bound on its disk. */
    public static Wish ofThisComputer(int slots) {
      return new Wish(
          true,
          false,
          new Limits(
              Limits.memoryShare(Processes.machineMemory(), slots),
              Limits.DEFAULT_PROCESSES,
              () -> Long.MAX_VALUE));
    }
  }

  /**
   * Tries; what came of it is in the status.
   *
   * @param outside starts processes without a wall
   * @param node the mark of all this node's processes
   * @param folder the node's data folder, which boxes must not see; the trial makes files there
   */
  public static Sandbox find(
      ProcessControl outside, ProcessControl.Mark node, Path folder, Wish wish) throws IOException {
    ControlGroups groups = groups(folder);
    if (!wish.wanted()) {
      return new Unwalled(
          outside,
          wish.limits(),
          new SandboxStatus(
              SandboxStatus.Kind.SWITCHED_OFF,
              "Sessions run without a sandbox, because the node was started with"
                  + " --without-sandbox."));
    }
    String why;
    try {
      String program = Programs.find("bwrap");
      String first = null;
      // Newer versions can keep sessions from making namespaces of their own; older must do
      // without.
      for (boolean nesting : new boolean[] {false, true}) {
        BubblewrapLine line =
            new BubblewrapLine(
                Path.of("/"), program, wish.network(), nesting, scratch(wish.limits()));
        Bubblewrap made =
            new Bubblewrap(
                outside,
                node,
                line,
                orders(),
                wish.limits(),
                groups,
                prefix(folder),
                "Sessions run in a sandbox by bubblewrap"
                    + (wish.network() ? ", with the network" : ", without network")
                    + "; "
                    + kept(groups));
        String trouble = Trial.of(made, folder, wish.network());
        if (trouble == null) {
          return made;
        }
        first = first == null ? trouble : first;
      }
      why = "bubblewrap does not work on this computer: " + first;
    } catch (IOException e) {
      why = "bubblewrap is not installed (on Debian: apt install bubblewrap)";
    }
    return new Unwalled(
        outside,
        wish.limits(),
        new SandboxStatus(
            SandboxStatus.Kind.MISSING,
            "This node has no sandbox and takes only templates that ship with it, with scripts off,"
                + " because "
                + why
                + "."));
  }

  private static long scratch(Limits limits) {
    return Math.min(MOST_SCRATCH, limits.memoryBytes() / 4);
  }

  private static String kept(ControlGroups groups) {
    return groups.memory().isPresent() && groups.tasks().isPresent()
        ? "control groups keep their limits."
        : "their limits are kept by looking, as the node may make no control groups.";
  }

  private static String prefix(Path folder) {
    return "blenderer-box-"
        + Digest.of(folder.toString().getBytes(UTF_8)).hex().substring(0, 8)
        + "-";
  }

  static ControlGroups groups(Path folder) {
    try {
      String prefix = prefix(folder);
      ControlGroups found =
          ControlGroups.find(
              Files.readString(Path.of("/proc/self/mountinfo"), UTF_8),
              Files.readString(Path.of("/proc/self/cgroup"), US_ASCII),
              ProcessHandle.current().pid(),
              prefix + "trial-" + ProcessHandle.current().pid());
      found.sweep(prefix);
      return found;
    } catch (IOException e) {
      return ControlGroups.NONE;
    }
  }

  /** A shell's background processes ignore two signals; newer tools can undo that. */
  private static ShellOrders orders() throws IOException {
    String env = Programs.find("env");
    String able = env + " --default-signal=INT,QUIT";
    Process trial =
        new ProcessBuilder("sh", "-c", able + " true")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return new ShellOrders(trial.waitFor() == 0 ? able : env, Programs.find("setsid"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Runs a command in a box and looks whether the wall stands. */
  private static final class Trial {

    /** Each line ends the shell with a number of its own when the wall has a hole. */
    private static final String SCRIPT =
        """
        [ ! -e "$1" ] || exit 11
        ! true 2>/dev/null >/trial || exit 12
        ! true 2>/dev/null >>/proc/sys/kernel/core_pattern || exit 13
        [ ! -e /etc/shadow ] || exit 14
        [ "$(readlink /proc/self/ns/pid)" != "$2" ] || exit 15
        true >inside || exit 16
        ! true 2>/dev/null >frozen/inside || exit 17
        [ "$3" = network ] || [ "$(grep -c : /proc/net/dev)" -le 1 ] || exit 18
        exit 0
        """;

    private static final Map<Integer, String> HOLES =
        Map.of(
            11, "the node's own files can be seen in it",
            12, "the system can be written in it",
            13, "the kernel's settings can be written in it",
            14, "the computer's passwords can be seen in it",
            15, "the computer's processes can be reached from it",
            16, "the session's folder cannot be written in it",
            17, "what only the node may write can be written in it",
            18, "the network can be seen in it");

    private Trial() {}

    /** Null: it works. */
    static @Nullable String of(Bubblewrap sandbox, Path folder, boolean network)
        throws IOException {
      Path place = Files.createTempDirectory(folder, "sandbox-trial").toRealPath();
      Path secret = Files.createFile(place.resolve("secret"));
      Path open = Files.createDirectory(place.resolve("open"));
      Path output = Files.createFile(open.resolve("output"));
      Path frozen = Files.createDirectory(open.resolve("frozen"));
      ProcessControl.Mark mark =
          new ProcessControl.Mark("BLENDERER_SESSION", UUID.randomUUID().toString());
      BoxPlan plan = new BoxPlan("trial-" + mark.value(), mark, open, List.of(frozen), List.of());
      try (SessionBox box = sandbox.open(plan)) {
        RunningAction action =
            box.control()
                .start(
                    new ProcessControl.Command(
                        List.of(
                            "sh",
                            "-c",
                            SCRIPT,
                            "sh",
                            secret.toString(),
                            Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString(),
                            network ? "network" : "none"),
                        Map.of("PATH", "/usr/bin:/bin", mark.name(), mark.value()),
                        open,
                        output));
        OptionalInt exit = action.await(MOST_FOR_TRIAL);
        return exit.isEmpty()
            ? "a trial did not end"
            : exit.getAsInt() == 0
                ? null
                : HOLES.getOrDefault(
                    exit.getAsInt(), "a trial ended with exit code " + exit.getAsInt());
      } catch (IOException e) {
        return String.valueOf(e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return "the trial was interrupted";
      } finally {
        for (Path made :
            List.of(
                frozen.resolve("inside"),
                frozen,
                open.resolve("inside"),
                output,
                open,
                secret,
                place)) {
          Files.deleteIfExists(made);
        }
      }
    }
  }
}

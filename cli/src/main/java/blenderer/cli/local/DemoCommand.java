package blenderer.cli.local;

import static java.util.Objects.requireNonNull;

import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.Sessions;
import blenderer.cli.Cli;
import blenderer.cli.ExitCode;
import blenderer.cli.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code blenderer demo}: a whole farm on this computer, for as long as it takes to see it work.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a server and two nodes on this computer, renders the scene that ships with Blenderer,"
          + " shows the progress, writes the frames to a folder, and stops everything again."
    })
public final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--frames",
      paramLabel = "RANGE",
      defaultValue = "1-24",
      description = "Which frames to render, such as 1-8 (default: ${DEFAULT-VALUE}).")
  private String frames = "1-24";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "demo-output",
      description = "Where the frames go (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("demo-output");

  @Option(
      names = "--blender",
      paramLabel = "PATH",
      description = "Which Blender to render with (default: the one on the PATH).")
  private @Nullable Path blender;

  @Option(
      names = "--keep",
      description = "Leave the farm running afterwards, until Ctrl-C, to try the other commands.")
  private boolean keep;

  private final Surroundings around;

  /** A demo that looks around here for a terminal and the environment. */
  public DemoCommand(Surroundings around) {
    this.around = around;
  }

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter say = requireNonNull(spec).commandLine().getOut();
    PrintWriter err = requireNonNull(spec).commandLine().getErr();
    Path folder = Files.createTempDirectory("blenderer-demo").toRealPath();
    try (LocalFarm farm = new LocalFarm(folder)) {
      int code = render(farm, say, err);
      if (code == ExitCode.DONE && keep) {
        say.println();
        say.println("The farm goes on until you press Ctrl-C. In another terminal try:");
        say.println("  export BLENDERER_CONNECT=" + farm.connection());
        say.println("  blenderer jobs");
        say.println("  blenderer nodes");
        say.println("  blenderer trust      (once: browsers know the farm then)");
        say.println("  blenderer open       (its page, in a browser)");
        say.println("Or open its page by this link, within ten minutes:");
        say.println("  " + link(farm));
        farm.awaitEnd();
      }
      return code;
    }
  }

  private static String link(LocalFarm farm) {
    ConnectionString connection = ConnectionString.read(farm.connection().toString(), System.in);
    try (FarmClient client = new FarmClient(connection)) {
      String secret = client.signInLink(new Sessions.NewLink(null)).secret();
      return "https://" + connection.addresses().getFirst() + "/sign-in#" + secret;
    }
  }

  private int render(LocalFarm farm, PrintWriter say, PrintWriter err)
      throws IOException, InterruptedException {
    say.println("Starting a server and two nodes on this computer ...");
    say.flush();
    List<String> options = blender == null ? List.of() : List.of("--blender", blender.toString());
    try {
      farm.startServer();
      try (FarmClient client =
          new FarmClient(ConnectionString.read(farm.connection().toString(), System.in))) {
        List<String> names = List.of("demo-one", "demo-two");
        for (String name : names) {
          Farm.Invite invite = client.invite(new Farm.NewInvite("node", 1, 600));
          farm.startNode(name, requireNonNull(invite.secret()), options);
        }
        for (String name : names) {
          farm.awaitNode(name, client);
        }
      }
    } catch (LocalFarm.NotStarted e) {
      err.println("error [demo-not-started] " + e.getMessage());
      err.println(
          "  next: Look for the reason above; 'blenderer server --help' and 'blenderer node --help'"
              + " say what they need.");
      return ExitCode.FAILED;
    }
    Path scene = farm.demoScene();
    List<String> submit =
        new ArrayList<>(
            List.of(
                "submit",
                scene.toString(),
                "--connect",
                farm.connection().toString(),
                "--frames",
                frames,
                "--name",
                "demo",
                "--wait",
                "--download",
                out.toString()));
    if (blender != null) {
      submit.add("--blender");
      submit.add(blender.toString());
    }
    int code = Cli.run(submit.toArray(String[]::new), say, err, around);
    if (code == ExitCode.DONE) {
      say.println("The frames are in " + out.toAbsolutePath().normalize());
    } else {
      err.println("The demo's logs are below; its farm is stopped.");
      farm.printLogs(err);
    }
    say.flush();
    err.flush();
    return code;
  }
}

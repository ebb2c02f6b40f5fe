package blenderer.node.local;

import blenderer.node.session.PathRules;
import blenderer.node.session.SessionPlan;
import blenderer.openjd.Job;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code blenderer openjd run}. */
@Command(
    name = "run",
    description = {
      "Runs a job template on this computer, without a server.",
      "",
      "All steps run, each after those it depends on, every task in one session. Commands run as"
          + " you, with your environment and your files: run only templates that you trust, or use"
          + " --sandbox."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footerHeading = "%n",
    footer = "Exit codes: 0 everything succeeded, 1 something failed, 2 wrong use.")
public final class RunCommand implements Callable<Integer> {

  private final Path workingFolder;

  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The job template, in YAML or JSON.")
  String file = "";

  @Option(
      names = "--step",
      paramLabel = "S",
      description = "Run only this step, and not those it depends on.")
  @Nullable String step;

  @Option(
      names = {"-p", "--parameter"},
      paramLabel = "NAME=VALUE|file://FILE",
      description =
          "The value of a job parameter, or a JSON or YAML file of names and values;"
              + " may be repeated, the last value counts.")
  List<String> parameters = new ArrayList<>();

  @Option(
      names = {"--env", "--environment"},
      paramLabel = "FILE",
      description = "An environment template to put around the job; may be repeated.")
  List<String> environments = new ArrayList<>();

  @Option(
      names = "--path-mapping-rules",
      paramLabel = "file://FILE",
      description = "Where paths of another computer lie on this one, as 'pathmapping-1.0' JSON.")
  @Nullable String rules;

  @Option(
      names = "--sandbox",
      description = {
        "Run the commands in a sandbox, as nodes do: they see the system and the files that PATH"
            + " parameters name, have no network and nothing of your environment, and may write in"
            + " the session's folder only, which is gone at the end."
      })
  boolean sandbox;

  /** As called from the folder this process is in. */
  public RunCommand() {
    this(Path.of("").toAbsolutePath());
  }

  RunCommand(Path workingFolder) {
    this.workingFolder = workingFolder;
  }

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec known = spec;
    PrintWriter out =
        known == null ? new PrintWriter(System.out, true) : known.commandLine().getOut();
    PrintWriter err =
        known == null ? new PrintWriter(System.err, true) : known.commandLine().getErr();
    try {
      return run(out, err) ? 0 : LocalFailure.FAILED;
    } catch (LocalFailure e) {
      err.println(e.print());
      return e.exitCode();
    }
  }

  /** Whether everything succeeded. */
  private boolean run(PrintWriter out, PrintWriter err) throws LocalFailure, InterruptedException {
    PathRules mapping = rules == null ? PathRules.NONE : RulesArgument.read(rules, workingFolder);
    Job job = new LocalJob(workingFolder).make(file, environments, parameters);
    List<Job.Step> steps = StepOrder.of(job, step);
    // The process may end when the interrupts are closed, so all else goes before.
    try (Interrupts interrupts = new Interrupts(out);
        RunFolder folder = RunFolder.create(err);
        Ground ground = sandbox ? Ground.boxed(folder, job, mapping) : Ground.open()) {
      SessionPlan plan =
          new SessionPlan(
              folder.id(),
              job,
              steps.getFirst(),
              folder.session().root(),
              System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"),
              ground.variables(),
              SessionPlan.Places.AS_GIVEN,
              mapping);
      return new LocalRun(ground.control(), out).run(folder.session(), plan, steps, interrupts);
    } catch (IOException e) {
      throw new LocalFailure(
          LocalFailure.FAILED,
          "session-broken",
          "The folder of the run cannot be used: " + e.getMessage() + ".",
          "Look whether the disk is full and " + RunFolder.parent() + " may be written.");
    }
  }
}

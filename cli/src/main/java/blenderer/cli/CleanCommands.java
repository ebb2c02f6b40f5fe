package blenderer.cli;

import blenderer.api.CleanUp;
import blenderer.api.FarmClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands about the server's disk: what holds it, and what goes. */
final class CleanCommands {

  private static final int SHOWN = 20;

  private CleanCommands() {}

  /** {@code blenderer storage}. */
  @Command(name = "storage", description = "Show what holds the bytes of the server's store.")
  static final class Storage extends PeopleCommand {

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "How many jobs to show; default " + SHOWN + ".")
    int limit = SHOWN;

    Storage(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      CleanUp.Storage storage;
      try (FarmClient client = client()) {
        storage = client.storage();
      }
      if (json) {
        printJson(storage);
        return ExitCode.DONE;
      }
      out()
          .println(
              "The store holds "
                  + Texts.bytes(storage.bytes())
                  + " in "
                  + Texts.plural(Math.toIntExact(storage.blobs()), "file")
                  + "; its disk has "
                  + Texts.bytes(storage.free())
                  + " free.");
      Table kinds = Table.of("KIND", ">SIZE", ">FILES");
      storage
          .kinds()
          .forEach(kind -> kinds.row(kind.kind(), Texts.bytes(kind.bytes()), kind.blobs()));
      print(kinds, "There is nothing in it.");
      Table jobs = Table.of("JOB", "~NAME", "~OWNER", "STATE", ">SCENE", ">FRAMES", ">LOGS");
      storage.jobs().stream()
          .limit(Math.max(0, limit))
          .forEach(
              job ->
                  jobs.row(
                      job.id(),
                      job.name(),
                      job.owner(),
                      job.state(),
                      Texts.bytes(job.scenes()),
                      Texts.bytes(job.frames() + job.previews()),
                      Texts.bytes(job.logs())));
      if (!jobs.isEmpty()) {
        out().println();
        print(jobs, "");
      }
      return ExitCode.DONE;
    }
  }

  /** {@code blenderer clean}. */
  @Command(
      name = "clean",
      description = {
        "Clean up after finished jobs, by the rules that are set or by those given here. Jobs that"
            + " are not finished lose nothing.",
        "A rule is WHAT:CONDITION[:CONDITION]..., such as frames:30d, logs:7d:failed,"
            + " scenes:500GB:project=film or jobs:1y. WHAT: scenes, frames, logs, or jobs (all of"
            + " them). Conditions: an age in d or y, a size in MB, GB or TB (the jobs that finished"
            + " first go until the rest fits), states with commas, project=NAME."
      })
  static final class Clean extends PeopleCommand {

    @Option(names = "--dry-run", description = "Only say what would go.")
    boolean dryRun;

    @Option(
        names = "--set",
        description = "Set the rules given as those that hold every day, and clean nothing now.")
    boolean set;

    @Option(names = "--rules", description = "Show the rules that hold every day.")
    boolean show;

    @Parameters(paramLabel = "RULE", arity = "0..*", description = "Only by these rules.")
    List<String> rules = new ArrayList<>();

    Clean(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      List<CleanUp.Rule> wanted = rules.stream().map(CleanCommands::rule).toList();
      if ((set ? 1 : 0) + (show ? 1 : 0) + (dryRun ? 1 : 0) > 1) {
        throw CommandFailure.wrongUse(
            "--set, --rules and --dry-run do not go together.", "Use one of them.");
      }
      try (FarmClient client = client()) {
        if (set || show) {
          CleanUp.Rules now =
              set ? client.setCleanRules(new CleanUp.Rules(wanted)) : client.cleanRules();
          return show(now);
        }
        return show(client.cleanUp(new CleanUp.Run(dryRun, wanted.isEmpty() ? null : wanted)));
      }
    }

    private int show(CleanUp.Rules now) {
      if (json) {
        printJson(now);
        return ExitCode.DONE;
      }
      Table table = Table.of("WHAT", ">OLDER THAN", ">MORE THAN", "STATES", "~PROJECT");
      for (CleanUp.Rule rule : now.rules()) {
        Long most = rule.moreThanBytes();
        List<String> states = rule.states();
        table.row(
            rule.kind(),
            rule.olderThanDays() == null ? "" : rule.olderThanDays() + " d",
            most == null ? "" : Texts.bytes(most),
            states == null ? "" : String.join(",", states),
            rule.project() == null ? "" : rule.project());
      }
      print(table, "There are no rules: everything stays until somebody deletes it.");
      return ExitCode.DONE;
    }

    private int show(CleanUp.Report report) {
      if (json) {
        printJson(report);
        return ExitCode.DONE;
      }
      Table table = Table.of("JOB", "~NAME", "~OWNER", "WHAT", ">SIZE", "~WHY");
      report
          .items()
          .forEach(
              item ->
                  table.row(
                      item.job(),
                      item.name(),
                      item.owner(),
                      item.kind(),
                      Texts.bytes(item.bytes()),
                      item.why()));
      print(table, report.dryRun() ? "Nothing would go." : "There was nothing to clean up.");
      if (!report.items().isEmpty()) {
        out()
            .println(
                Texts.bytes(report.bytes())
                    + (report.dryRun()
                        ? " would go; what other jobs hold, too, stays."
                        : " went; the disk has them back in a while. What other jobs hold, too,"
                            + " stays."));
      }
      return ExitCode.DONE;
    }
  }

  private static final Pattern AGE = Pattern.compile("([0-9]{1,5})([dy])");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(MB|GB|TB)");
  private static final List<String> KINDS = List.of("scenes", "frames", "logs", "jobs");
  private static final List<String> STATES = List.of("done", "failed", "cancelled");

  /** Reads one rule. */
  static CleanUp.Rule rule(String text) {
    String[] parts = text.split(":", -1);
    Integer days = null;
    Long bytes = null;
    List<String> states = null;
    @Nullable String project = null;
    for (String part : Arrays.asList(parts).subList(1, parts.length)) {
      Matcher age = AGE.matcher(part);
      Matcher size = SIZE.matcher(part);
      if (age.matches()) {
        days = Integer.parseInt(age.group(1)) * (age.group(2).equals("y") ? 365 : 1);
      } else if (size.matches()) {
        bytes = Long.parseLong(size.group(1)) * UNITS.getOrDefault(size.group(2), 1L);
      } else if (part.startsWith("project=")) {
        project = part.substring("project=".length());
      } else if (STATES.containsAll(Arrays.asList(part.split(",", -1)))) {
        states = Arrays.asList(part.split(",", -1));
      } else {
        throw wrong(text);
      }
    }
    if (!KINDS.contains(parts[0]) || (days == null && bytes == null)) {
      throw wrong(text);
    }
    return new CleanUp.Rule(parts[0], days, bytes, states, project);
  }

  private static final Map<String, Long> UNITS =
      Map.of("MB", 1_000_000L, "GB", 1_000_000_000L, "TB", 1_000_000_000_000L);

  private static CommandFailure wrong(String text) {
    return CommandFailure.wrongUse(
        "'" + text + "' is no rule.",
        "Write WHAT:AGE or WHAT:SIZE, such as frames:30d, scenes:500GB or logs:7d:failed.");
  }
}

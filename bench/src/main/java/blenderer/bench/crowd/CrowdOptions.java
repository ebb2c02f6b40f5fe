package blenderer.bench.crowd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every benchmark with simulated nodes asks. */
final class CrowdOptions {

  /** Of {@code --db}: a PostgreSQL that is started for the run. */
  static final String OWN = "own";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(names = "--nodes", description = "Simulated nodes (default: ${DEFAULT-VALUE}).")
  int nodes = 1_000;

  @Option(
      names = "--warm-up",
      description =
          "Seconds before measuring, in which the server's code is compiled (default:"
              + " ${DEFAULT-VALUE}).")
  int warmUp = 40;

  @Option(names = "--seconds", description = "Seconds measured (default: ${DEFAULT-VALUE}).")
  int seconds = 20;

  @Option(
      names = "--watchers",
      description =
          "Measure once more while so many people hold event streams (default: ${DEFAULT-VALUE}).")
  int watchers = 0;

  @Option(
      names = "--db",
      paramLabel = "URL",
      description =
          "Keep the journal in this empty PostgreSQL database, or with 'own' in a PostgreSQL that"
              + " is started for the run (default: SQLite).")
  String database = "";

  @Option(
      names = "--db-latency",
      paramLabel = "MS",
      description =
          "Milliseconds to the database and back, with '--db own' (default: ${DEFAULT-VALUE},"
              + " beside the server).")
  double databaseLatency = 0;

  @Option(
      names = "--servers",
      description =
          "Run so many servers as one farm, on that database and an S3 server that is started for"
              + " the run; 0: one with its files on the disk (default: ${DEFAULT-VALUE}).")
  int servers = 0;

  private void need(boolean there, String option, String other) {
    if (!there) {
      throw new ParameterException(command.commandLine(), option + " needs " + other + ".");
    }
  }

  /** One way to the database. */
  Duration wayToDatabase() {
    return Duration.ofNanos(Math.round(databaseLatency * 500_000));
  }

  /** Says what was asked for. */
  void into(ObjectNode line) {
    line.put("db", database.isEmpty() ? "sqlite" : "postgresql");
    if (databaseLatency > 0) {
      line.put("dbLatencyMs", databaseLatency);
    }
    line.put("servers", servers).put("nodes", nodes);
  }

  /**
   * Whether no number is too small.
   *
   * @throws ParameterException if an option lacks another one that it needs
   */
  boolean makeSense() {
    need(servers == 0 || !database.isEmpty(), "--servers", "--db");
    need(databaseLatency == 0 || database.equals(OWN), "--db-latency", "--db own");
    return nodes >= 1
        && servers >= 0
        && databaseLatency >= 0
        && warmUp >= 0
        && seconds >= 1
        && watchers >= 0;
  }
}

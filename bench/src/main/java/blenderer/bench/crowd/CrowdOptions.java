package blenderer.bench.crowd;

import picocli.CommandLine.Option;

/** What every benchmark with simulated nodes asks. */
final class CrowdOptions {

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
      names = "--servers",
      description =
          "Run so many servers as one farm, on that database and an S3 server that is started for"
              + " the run; 0: one with its files on the disk (default: ${DEFAULT-VALUE}).")
  int servers = 0;

  boolean makeSense() {
    return nodes >= 1
        && servers >= 0
        && (servers == 0 || !database.isEmpty())
        && warmUp >= 0
        && seconds >= 1
        && watchers >= 0;
  }
}

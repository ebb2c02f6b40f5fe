package blenderer.bench.crowd;

/**
 * The scheduler's transactions, as the server's meters tell of them.
 *
 * @param seconds all of them together, until they were durable
 */
record Commits(double count, double seconds, double rows) {

  /** All since the server's start. */
  static Commits of(TestedServer server) {
    String text = server.admin().metrics();
    return new Commits(
        value(text, "blenderer_journal_commit_seconds_count"),
        value(text, "blenderer_journal_commit_seconds_sum"),
        value(text, "blenderer_journal_rows_total"));
  }

  private static double value(String text, String meter) {
    return text.lines()
        .filter(line -> line.startsWith(meter + " "))
        .map(line -> Double.parseDouble(line.substring(meter.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new BenchFailure("the server does not tell of " + meter));
  }

  Commits since(Commits before) {
    return new Commits(count - before.count, seconds - before.seconds, rows - before.rows);
  }

  double millisEach() {
    return count == 0 ? 0 : seconds * 1_000 / count;
  }

  double rowsEach() {
    return count == 0 ? 0 : rows / count;
  }
}

package blenderer.bench.crowd;

import blenderer.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** A PostgreSQL that is started for a run, and the line to it. */
final class OwnDatabase implements AutoCloseable {

  private static final String NAME = "bench";

  private final TestPostgres postgres;
  private final Optional<LongLine> line;

  private OwnDatabase(TestPostgres postgres, Optional<LongLine> line) {
    this.postgres = postgres;
    this.line = line;
  }

  /**
   * Starts it, with an empty database.
   *
   * @param eachWay how long a byte takes to it, and one from it
   */
  static OwnDatabase start(Duration eachWay) throws IOException, InterruptedException {
    try {
      TestPostgres postgres = TestPostgres.started();
      postgres.create(NAME);
      int port = URI.create(postgres.url(NAME)).getPort();
      return new OwnDatabase(
          postgres, eachWay.isZero() ? Optional.empty() : Optional.of(new LongLine(port, eachWay)));
    } catch (IllegalStateException e) {
      throw new BenchFailure(String.valueOf(e.getMessage()));
    }
  }

  /** For {@code --db} of a server. */
  String url() {
    URI url = URI.create(postgres.url(NAME));
    return line.map(LongLine::port)
        .map(port -> url.toString().replace(":" + url.getPort() + "/", ":" + port + "/"))
        .orElse(url.toString());
  }

  @Override
  public void close() {
    line.ifPresent(LongLine::close);
    postgres.close();
  }
}

package blenderer.server;

import blenderer.core.Settings;
import blenderer.journal.PostgresAddress;
import blenderer.s3.S3Location;
import blenderer.server.trust.TlsKeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How to run a server.
 *
 * @param data its folder; made if it is not there
 * @param host address to listen on; {@code 0.0.0.0}: all
 * @param port 0: any that is free
 * @param names more host names and addresses under which peers call it
 * @param tls the administrator's own certificate and key
 * @param certificateLife of a certificate made here
 * @param minFree bytes that people's uploads and jobs leave free on the disk
 * @param settings the scheduler's times
 * @param drain how long requests under way may take at the end
 * @param clock wall time
 * @param version told in every answer
 * @param blobs the bucket that keeps the files; empty: the disk below {@code data}
 * @param page a folder with the files of the page; empty: those that the program brings along
 * @param database where the journal is; empty: in the data folder
 */
public record ServerOptions(
    Path data,
    String host,
    int port,
    List<String> names,
    Optional<TlsKeeper.OwnFiles> tls,
    Duration certificateLife,
    long minFree,
    Settings settings,
    Duration drain,
    InstantSource clock,
    String version,
    Optional<S3Location> blobs,
    Optional<Path> page,
    Optional<PostgresAddress> database) {

  /** What people's uploads leave free, in bytes. */
  public static final long MIN_FREE = 2L << 30;

  public ServerOptions {
    names = List.copyOf(names);
  }

  /** The usual options. */
  public static ServerOptions in(Path data, String host, int port) {
    return new ServerOptions(
        data,
        host,
        port,
        List.of(),
        Optional.empty(),
        TlsKeeper.LIFE,
        MIN_FREE,
        Settings.defaults(),
        Duration.ofSeconds(60),
        InstantSource.system(),
        builtVersion(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The program's version, told in every answer. */
  public static String builtVersion() {
    String version = ServerOptions.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  public ServerOptions withNames(List<String> more) {
    return with(draft -> draft.names = more);
  }

  public ServerOptions withTls(TlsKeeper.OwnFiles own) {
    return with(draft -> draft.tls = Optional.of(own));
  }

  public ServerOptions withMinFree(long bytes) {
    return with(draft -> draft.minFree = bytes);
  }

  public ServerOptions withSettings(Settings other) {
    return with(draft -> draft.settings = other);
  }

  public ServerOptions withClock(InstantSource other, Duration life) {
    return with(
        draft -> {
          draft.clock = other;
          draft.certificateLife = life;
        });
  }

  public ServerOptions withBlobs(S3Location bucket) {
    return with(draft -> draft.blobs = Optional.of(bucket));
  }

  public ServerOptions withPage(Path folder) {
    return with(draft -> draft.page = Optional.of(folder));
  }

  public ServerOptions withDatabase(PostgresAddress address) {
    return with(draft -> draft.database = Optional.of(address));
  }

  private ServerOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** What may be otherwise, until it is. */
  private static final class Draft {
    private final ServerOptions from;
    private List<String> names;
    private Optional<TlsKeeper.OwnFiles> tls;
    private Duration certificateLife;
    private long minFree;
    private Settings settings;
    private InstantSource clock;
    private Optional<S3Location> blobs;
    private Optional<Path> page;
    private Optional<PostgresAddress> database;

    Draft(ServerOptions from) {
      this.from = from;
      names = from.names;
      tls = from.tls;
      certificateLife = from.certificateLife;
      minFree = from.minFree;
      settings = from.settings;
      clock = from.clock;
      blobs = from.blobs;
      page = from.page;
      database = from.database;
    }

    ServerOptions done() {
      return new ServerOptions(
          from.data,
          from.host,
          from.port,
          names,
          tls,
          certificateLife,
          minFree,
          settings,
          from.drain,
          clock,
          from.version,
          blobs,
          page,
          database);
    }
  }
}

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
    return new ServerOptions(
        data,
        host,
        port,
        more,
        tls,
        certificateLife,
        minFree,
        settings,
        drain,
        clock,
        version,
        blobs,
        page,
        database);
  }

  public ServerOptions withTls(TlsKeeper.OwnFiles own) {
    return new ServerOptions(
        data,
        host,
        port,
        names,
        Optional.of(own),
        certificateLife,
        minFree,
        settings,
        drain,
        clock,
        version,
        blobs,
        page,
        database);
  }

  public ServerOptions withMinFree(long bytes) {
    return new ServerOptions(
        data,
        host,
        port,
        names,
        tls,
        certificateLife,
        bytes,
        settings,
        drain,
        clock,
        version,
        blobs,
        page,
        database);
  }

  public ServerOptions withSettings(Settings other) {
    return new ServerOptions(
        data,
        host,
        port,
        names,
        tls,
        certificateLife,
        minFree,
        other,
        drain,
        clock,
        version,
        blobs,
        page,
        database);
  }

  public ServerOptions withClock(InstantSource other, Duration life) {
    return new ServerOptions(
        data, host, port, names, tls, life, minFree, settings, drain, other, version, blobs, page,
        database);
  }

  public ServerOptions withBlobs(S3Location bucket) {
    return new ServerOptions(
        data,
        host,
        port,
        names,
        tls,
        certificateLife,
        minFree,
        settings,
        drain,
        clock,
        version,
        Optional.of(bucket),
        page,
        database);
  }

  public ServerOptions withPage(Path folder) {
    return new ServerOptions(
        data,
        host,
        port,
        names,
        tls,
        certificateLife,
        minFree,
        settings,
        drain,
        clock,
        version,
        blobs,
        Optional.of(folder),
        database);
  }

  public ServerOptions withDatabase(PostgresAddress address) {
    return new ServerOptions(
        data,
        host,
        port,
        names,
        tls,
        certificateLife,
        minFree,
        settings,
        drain,
        clock,
        version,
        blobs,
        page,
        Optional.of(address));
  }
}

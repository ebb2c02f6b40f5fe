package blenderer.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of one's own on this computer: in a temporary folder, on a free port of the
 * loopback, without passwords, and gone with this process, however that ends. Started by root it
 * runs as nobody, because PostgreSQL does not run as root.
 *
 * <p>Needs Debian's package {@code postgresql-15} or a later one; {@code BLENDERER_POSTGRES} names
 * the folder of another one's programs.
 */
public final class TestPostgres implements AutoCloseable {

  /** Its superuser. */
  public static final String USER = "blenderer";

  /** The one role that needs a password, once a test has made it. */
  public static final String LOCKED = "locked";

  private static final int OLDEST = 15;
  private static final long PATIENCE_SECONDS = 60;

  /**
   * Runs the database as long as this process lives: the pipe ends with it. A database that is told
   * to quit leaves at once.
   */
  private static final String KEEPER =
      "\"$@\" </dev/null & database=$!; cat >/dev/null; kill -QUIT $database 2>/dev/null; wait";

  private final Path programs;
  private final Path folder;
  private final int port;
  private final List<String> settings;
  private @Nullable Process keeper;

  private TestPostgres(Path programs, Path folder, int port, List<String> settings) {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
    this.settings = List.copyOf(settings);
  }

  /**
   * Makes one and starts it.
   *
   * @param settings more of its own settings, such as {@code fsync=off}
   * @throws IllegalStateException when PostgreSQL is not installed, or does not start
   */
  public static TestPostgres started(String... settings) throws IOException, InterruptedException {
    Path programs = programs();
    Path folder = Files.createTempDirectory("blenderer-postgres");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    if (isRoot()) {
      Files.setOwner(
          folder,
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    }
    TestPostgres database = new TestPostgres(programs, folder, port, List.of(settings));
    // Text in the order of a language, as in most databases: the journal must not depend on it.
    Process made =
        database
            .command(
                "initdb",
                "-D",
                folder.resolve("data").toString(),
                "-U",
                USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--locale-provider=icu",
                "--icu-locale=en",
                "--no-sync")
            .start();
    made.getOutputStream().close();
    if (made.waitFor() != 0) {
      throw new IllegalStateException("PostgreSQL could not be set up: " + database.log());
    }
    Path rules = folder.resolve("data/pg_hba.conf");
    Files.writeString(
        rules, "host all " + LOCKED + " 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
    database.start();
    return database;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static Path programs() throws IOException {
    String named = System.getenv("BLENDERER_POSTGRES");
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    Path all = Path.of("/usr/lib/postgresql");
    Optional<Path> newest = Optional.empty();
    if (Files.isDirectory(all)) {
      try (Stream<Path> versions = Files.list(all)) {
        newest =
            versions
                .filter(one -> one.getFileName().toString().matches("\\d+"))
                .filter(one -> version(one) >= OLDEST)
                .filter(one -> Files.isExecutable(one.resolve("bin/initdb")))
                .max(Comparator.comparingInt(TestPostgres::version));
      }
    }
    return newest
        .map(one -> one.resolve("bin"))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "PostgreSQL 15 or later is not installed, and this needs it:"
                        + " apt-get install postgresql-15"));
  }

  private static int version(Path folder) {
    return Integer.parseInt(folder.getFileName().toString());
  }

  private ProcessBuilder command(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** Starts it, again if it ran before, and waits until it answers. */
  public void start() throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-D",
                folder.resolve("data").toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "logging_collector=off"));
    for (String setting : settings) {
      arguments.addAll(List.of("-c", setting));
    }
    ProcessBuilder database = command("postgres", arguments.toArray(String[]::new));
    List<String> kept = new ArrayList<>(List.of("sh", "-c", KEEPER, "sh"));
    kept.addAll(database.command());
    keeper = database.command(kept).start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!answers()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("PostgreSQL does not start: " + log());
      }
      Thread.sleep(20);
    }
  }

  /** As its own programs ask: a database that still recovers refuses them. */
  private boolean answers() throws IOException, InterruptedException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
    } catch (IOException e) {
      return false;
    }
    Process asked =
        command("pg_isready", "-h", "127.0.0.1", "-p", Integer.toString(port), "-q").start();
    return asked.waitFor() == 0;
  }

  /** For {@code --db}; the database {@code postgres} is there from the start. */
  public String url(String database) {
    return "postgresql://" + USER + "@127.0.0.1:" + port + "/" + database;
  }

  /** Makes an empty database. */
  public void create(String database, String... options) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-U", USER, database));
    arguments.addAll(List.of(options));
    if (command("createdb", arguments.toArray(String[]::new)).start().waitFor() != 0) {
      throw new IllegalStateException("no database was made: " + log());
    }
  }

  /** Ends it and all its processes as a power cut would; {@link #start()} starts it again. */
  public void kill() throws IOException, InterruptedException {
    ProcessHandle postmaster = postmaster();
    // Stopped first: it would start what dies around it anew.
    List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
    all.addAll(postmaster.descendants().toList());
    for (ProcessHandle process : all) {
      process.destroyForcibly();
    }
    for (ProcessHandle process : all) {
      process.onExit().join();
    }
    end();
  }

  private ProcessHandle postmaster() throws IOException {
    long pid =
        Long.parseLong(
            Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst().strip());
    return ProcessHandle.of(pid)
        .orElseThrow(() -> new IllegalStateException("PostgreSQL does not run"));
  }

  private void end() throws IOException, InterruptedException {
    Process running = keeper;
    keeper = null;
    if (running != null) {
      running.getOutputStream().close();
      running.waitFor();
    }
  }

  /** Ends it and removes its folder. */
  @Override
  public void close() {
    try {
      end();
      Folders.remove(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

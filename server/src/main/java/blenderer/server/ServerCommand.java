package blenderer.server;

import static java.util.Objects.requireNonNull;

import blenderer.core.Settings;
import blenderer.s3.S3Location;
import blenderer.server.replicas.Standing;
import blenderer.server.trust.TlsKeeper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blenderer server}: runs until it is told to end. */
@Command(
    name = "server",
    mixinStandardHelpOptions = true,
    description = "Runs the farm's server: keeps jobs, hands out work, stores files.")
public final class ServerCommand implements Callable<Integer> {

  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([KMGT]i?B?|B)?");
  private static final int FAILED = 1;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "blenderer-server",
      description = "Where everything is kept (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of("blenderer-server");

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "0.0.0.0:8443",
      description = "Where to listen (default: ${DEFAULT-VALUE}).")
  private String listen = "0.0.0.0:8443";

  @Option(
      names = "--db",
      paramLabel = "URL",
      description =
          "Keep the journal in this PostgreSQL database instead of in DIR, such as"
              + " postgresql://blenderer@db.example.org/blenderer?sslmode=verify-full; see"
              + " docs/operations.md. With --blobs, too, several servers may share it.")
  private @Nullable String database;

  @Option(
      names = "--db-password-file",
      paramLabel = "FILE",
      description =
          "Its password, alone in a file that only you may read; else PGPASSWORD or a pgpass file"
              + " has it.")
  private @Nullable Path passwordFile;

  @Option(
      names = {"--name", "--address"},
      paramLabel = "NAME",
      description =
          "A host name or address under which others reach this computer, if it does not know it"
              + " itself; may be given several times.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "A certificate of your own with its chain, PEM; read again when it changes.")
  private @Nullable Path certificate;

  @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM.")
  private @Nullable Path key;

  @Option(
      names = "--min-free",
      paramLabel = "SIZE",
      defaultValue = "2GiB",
      description = "What people's uploads leave free on the disk (default: ${DEFAULT-VALUE}).")
  private String minFree = "2GiB";

  @Option(
      names = "--blobs",
      paramLabel = "S3-URL",
      description =
          "Keep files in a bucket instead of on this disk:"
              + " s3://BUCKET[/PREFIX]?endpoint=https://HOST:PORT. The key is taken from"
              + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or as Amazon's own tools find it.")
  private @Nullable String blobs;

  @Option(
      names = "--time-scale",
      hidden = true,
      defaultValue = "1",
      description = "Multiplies the scheduler's times, for tests.")
  private double timeScale = 1;

  @Option(
      names = "--web",
      hidden = true,
      paramLabel = "DIR",
      description = "Show the page whose files lie there, for whoever works on it.")
  private @Nullable Path web;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    CommandLine line = requireNonNull(spec).commandLine();
    ServerOptions options = options(line);
    Server server;
    try {
      server = Server.start(options);
    } catch (ServerException e) {
      line.getErr().println(e.code() + ": " + e.getMessage());
      return FAILED;
    }
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.stop();
                  ended.countDown();
                  // A signal would make the exit code 143, though all ended as it should.
                  Runtime.getRuntime().halt(0);
                },
                "stop the server"));
    greet(line.getOut(), server, options);
    ended.await();
    return 0;
  }

  private ServerOptions options(CommandLine line) {
    int colon = listen.lastIndexOf(':');
    int port;
    try {
      port = Integer.parseInt(listen.substring(colon + 1));
    } catch (NumberFormatException e) {
      port = -1;
    }
    if (colon < 1 || port < 0 || port > 65535) {
      throw new CommandLine.ParameterException(
          line, "--listen takes HOST:PORT such as 0.0.0.0:8443, not '" + listen + "'");
    }
    if ((certificate == null) != (key == null)) {
      throw new CommandLine.ParameterException(line, "--tls-cert and --tls-key go together");
    }
    String host = listen.substring(0, colon).replaceAll("^\\[|]$", "");
    ServerOptions options =
        ServerOptions.in(data, host, port)
            .withNames(names)
            .withMinFree(size(line, minFree))
            .withSettings(Settings.defaults().scaled(timeScale));
    if (blobs != null) {
      try {
        options = options.withBlobs(S3Location.parse(blobs));
      } catch (S3Location.BadLocation e) {
        throw new CommandLine.ParameterException(line, "--blobs: " + e.getMessage());
      }
    }
    if (web != null) {
      options = options.withPage(web);
    }
    if (database != null) {
      options = options.withDatabase(DatabaseUrl.read(line, "--db", database, passwordFile));
    } else if (passwordFile != null) {
      throw new CommandLine.ParameterException(line, "--db-password-file goes with --db");
    }
    return certificate == null || key == null
        ? options
        : options.withTls(new TlsKeeper.OwnFiles(certificate, key));
  }

  private static long size(CommandLine line, String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new CommandLine.ParameterException(
          line, "--min-free takes a size such as 2GiB or 500MB, not '" + text + "'");
    }
    String unit = size.group(2) == null ? "B" : size.group(2);
    long base = unit.contains("i") || unit.length() == 1 ? 1024 : 1000;
    long factor = 1;
    for (int i = 0; i <= "KMGT".indexOf(unit.charAt(0)); i++) {
      factor *= base;
    }
    return Long.parseLong(size.group(1)) * factor;
  }

  private static void greet(PrintWriter out, Server server, ServerOptions options) {
    out.println(
        "The server listens on https://"
            + options.host()
            + ":"
            + server.port()
            + " and keeps its data in "
            + options.data()
            + options.database().map(address -> " and in " + address).orElse("")
            + options.blobs().map(bucket -> ", its files in " + bucket).orElse("")
            + ".");
    Standing standing = server.standing();
    if (standing.isShared()) {
      out.println(
          standing.leads()
              ? "It leads its farm; start others with the same --db and --blobs beside it."
              : standing
                  .leader()
                  .map(where -> "It follows the farm's server at " + where.split(",", 2)[0] + ".")
                  .orElse("It follows, and waits until a server of its farm leads."));
    }
    if (server.isFirstStart()) {
      Path admin = server.adminFile();
      out.println("This is its first start. The admin's connection, for your eyes only, is in");
      out.println("  " + admin);
      out.println("Try next:");
      out.println("  blenderer login " + admin);
      out.println("  blenderer invite --role node      (then start a node with what it prints)");
      out.println("  blenderer open                    (its page, in a browser)");
      out.println("  blenderer submit scene.blend --wait --download frames");
    }
    out.flush();
  }
}

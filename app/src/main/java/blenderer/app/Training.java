package blenderer.app;

import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.cli.local.LocalFarm;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;

/**
 * Run while packaging, under {@code -XX:AOTCacheOutput}, so that the start-up caches hold what
 * commands, a node and a server need in their first seconds.
 *
 * <p>Every command is parsed once. Then this process plays the node and the submitter of a small
 * job, over TLS, against a server on loopback that is a process of its own and records for itself
 * (the launcher's {@code BLENDERER_RECORD}). The job renders nothing: its files are noise, its
 * tasks copy one, so that no renderer is needed where the program is built. What fails here has
 * still loaded its classes, and costs the users some start-up time, no function.
 */
final class Training {
  private static final Duration RECORDING = Duration.ofMinutes(2);
  private static final int FILES = 40;
  private static final int FILE_BYTES = 200_000;
  private static final String TEMPLATE = "rehearsal.yaml";

  private Training() {}

  public static void main(String[] args) {
    parseAll();
    if (System.getenv("BLENDERER_HOME") != null) {
      try {
        rehearse();
      } catch (IOException | LocalFarm.NotStarted e) {
        System.err.println("The rehearsal for the start-up caches failed: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    // The node still runs, and ends by this.
    System.exit(0);
  }

  private static void parseAll() {
    quietly("--version");
    quietly("--help");
    quietly("no-such-command");
    for (String name : Commands.all().keySet()) {
      quietly(name, "--help");
    }
    quietly("version");
  }

  private static int quietly(String... line) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return Program.run(nowhere, nowhere, line);
  }

  private static void rehearse() throws IOException, InterruptedException, LocalFarm.NotStarted {
    Path folder = Files.createTempDirectory("blenderer-training").toRealPath();
    try (LocalFarm farm = new LocalFarm(Files.createDirectories(folder.resolve("farm")))) {
      farm.startServer();
      String admin = farm.connection().toString();
      Path invite = folder.resolve("node.connection");
      Files.writeString(invite, invite(admin));
      Thread.ofPlatform()
          .daemon()
          .name("rehearsal-node")
          .start(
              () ->
                  quietly(
                      "node",
                      "--connect",
                      invite.toString(),
                      "--name",
                      "rehearsal",
                      "--data",
                      folder.resolve("node").toString(),
                      "--allow-commands",
                      "--without-sandbox"));
      int exit =
          quietly(
              "submit",
              bundle(folder.resolve("bundle")).toString(),
              "--connect",
              admin,
              "--wait",
              "--download",
              folder.resolve("out").toString());
      if (exit != 0) {
        System.err.println("The rehearsal's job ended with exit code " + exit + ".");
        farm.printLogs(new PrintWriter(System.err, true));
      }
      quietly("jobs", "--connect", admin);
      quietly("nodes", "--connect", admin);
      farm.stop(RECORDING);
    } finally {
      LocalFarm.deleteTree(folder);
    }
  }

  private static String invite(String admin) {
    ConnectionString connection = ConnectionString.read(admin, System.in);
    try (FarmClient client = new FarmClient(connection)) {
      Farm.Invite invite = client.invite(new Farm.NewInvite("node", 1, 600));
      return connection.withSecret(Objects.requireNonNull(invite.secret())).print() + "\n";
    }
  }

  /** A job bundle with many small files. */
  private static Path bundle(Path folder) throws IOException {
    Path inputs = Files.createDirectories(folder.resolve("inputs"));
    Random noise = new Random(1);
    byte[] bytes = new byte[FILE_BYTES];
    for (int i = 0; i < FILES; i++) {
      noise.nextBytes(bytes);
      Files.write(inputs.resolve("file-" + i), bytes);
    }
    try (InputStream template =
        Objects.requireNonNull(Training.class.getResourceAsStream(TEMPLATE), TEMPLATE)) {
      Files.copy(template, folder.resolve("template.yaml"));
    }
    return folder;
  }
}

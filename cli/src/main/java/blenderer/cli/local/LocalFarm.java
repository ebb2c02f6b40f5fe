package blenderer.cli.local;

import blenderer.api.ConnectionString;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.renderers.ShippedRenderers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A farm on this computer: processes of this very program in one temporary folder, which goes with
 * them. {@link #close} may be called again and from any thread.
 */
public final class LocalFarm implements AutoCloseable {

  private static final long START_SECONDS = 60;
  private static final long STOP_SECONDS = 15;

  /** Something of the farm did not start; the message says what and shows its last words. */
  public static final class NotStarted extends Exception {
    private static final long serialVersionUID = 1;

    /** Says what did not start. */
    public NotStarted(String message) {
      super(message);
    }
  }

  private final Path folder;
  private final Map<String, Process> processes = new LinkedHashMap<>();
  private final Thread atExit = new Thread(this::close, "stop the farm");
  private List<String> serverOptions = List.of();
  private Map<String, String> environment = Map.of();
  private boolean closed = false;
  private int port = 0;

  /** A farm of nothing yet, in an empty folder that it owns from now on. */
  public LocalFarm(Path folder) {
    this.folder = folder;
  }

  /** The admin's connection file. */
  public Path connection() {
    return folder.resolve("server/admin.connection");
  }

  /** The scene that ships with the program, laid out as files. */
  public Path demoScene() {
    return ShippedRenderers.load().extractTo("blender", folder).resolve("demo/scene.blend");
  }

  /** More options of {@code blenderer server}, from its next start on. */
  public void withServerOptions(List<String> more) {
    serverOptions = List.copyOf(more);
  }

  /** More variables of the environment of all that is started from now on. */
  public void withEnvironment(Map<String, String> more) {
    environment = Map.copyOf(more);
  }

  /** Starts the server, again if it ran before, and waits until it answers. */
  public void startServer() throws IOException, InterruptedException, NotStarted {
    if (port == 0) {
      port = freePort();
    }
    startServer("server", port);
    awaitServer("server", this::answers);
  }

  /**
   * Starts one more server with the same options, so of the same farm.
   *
   * @return the admin's connection through it
   */
  public ConnectionString startServerBeside(String name)
      throws IOException, InterruptedException, NotStarted {
    int other = freePort();
    startServer(name, other);
    ConnectionString first = ConnectionString.read(connection().toString(), System.in);
    ConnectionString through =
        new ConnectionString(
            List.of(new ConnectionString.Address("127.0.0.1", other)),
            first.fingerprint(),
            first.secret());
    awaitServer(name, () -> answers(through));
    return through;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void startServer(String name, int at) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "server",
                "--data",
                folder.resolve(name).toString(),
                "--listen",
                "127.0.0.1:" + at));
    command.addAll(serverOptions);
    start(name, command);
  }

  private void awaitServer(String name, BooleanSupplier answers)
      throws IOException, InterruptedException, NotStarted {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!answers.getAsBoolean()) {
      if (System.nanoTime() > deadline || !process(name).isAlive()) {
        throw new NotStarted("the server did not start; it said:\n" + lastWords(name));
      }
      Thread.sleep(50);
    }
  }

  /** The server's process. */
  public ProcessHandle server() {
    return process("server").toHandle();
  }

  /** The process of that name. */
  public ProcessHandle handle(String name) {
    return process(name).toHandle();
  }

  /** Ends the server as a crash would. */
  public void killServer() throws InterruptedException {
    process("server").destroyForcibly().waitFor();
  }

  private boolean answers() {
    if (!Files.exists(connection())) {
      return false;
    }
    return answers(ConnectionString.read(connection().toString(), System.in));
  }

  private static boolean answers(ConnectionString connection) {
    try (FarmClient client = new FarmClient(connection)) {
      client.whoami();
      return true;
    } catch (FarmException e) {
      return false; // not yet
    }
  }

  /**
   * Starts a node with an invite's secret; it enrols and waits for work by itself.
   *
   * @param more options of {@code blenderer node}
   */
  public void startNode(String name, String invite, List<String> more) throws IOException {
    Path connect = folder.resolve(name + ".connection");
    Files.writeString(
        connect,
        ConnectionString.read(connection().toString(), System.in).withSecret(invite).print()
            + "\n");
    List<String> command =
        new ArrayList<>(
            List.of(
                "node",
                "--connect",
                connect.toString(),
                "--name",
                name,
                "--data",
                folder.resolve(name).toString()));
    command.addAll(more);
    start(name, command);
  }

  /** Waits until a started node has told the server what it is. */
  public void awaitNode(String name, FarmClient client)
      throws InterruptedException, IOException, NotStarted {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (client.nodes().nodes().stream()
        .noneMatch(node -> node.name().equals(name) && node.state().equals("online"))) {
      if (System.nanoTime() > deadline || !process(name).isAlive()) {
        throw new NotStarted("node '" + name + "' did not start; it said:\n" + lastWords(name));
      }
      Thread.sleep(50);
    }
  }

  private synchronized void start(String name, List<String> arguments) throws IOException {
    if (closed) {
      throw new IOException("the farm is being stopped");
    }
    String home = System.getenv("BLENDERER_HOME");
    if (home == null) {
      throw new IOException("BLENDERER_HOME is not set: start this with the blenderer command");
    }
    List<String> command = new ArrayList<>(List.of(Path.of(home, "bin", "blenderer").toString()));
    command.addAll(arguments);
    if (processes.isEmpty()) {
      // Who ends this program also ends the farm.
      Runtime.getRuntime().addShutdownHook(atExit);
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(log(name).toFile());
    builder.environment().putAll(environment);
    processes.put(name, builder.start());
  }

  private synchronized Process process(String name) {
    Process process = processes.get(name);
    if (process == null) {
      throw new IllegalStateException("nothing called " + name + " was started");
    }
    return process;
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private String lastWords(String name) throws IOException {
    List<String> lines = Files.exists(log(name)) ? Files.readAllLines(log(name)) : List.of();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }

  /** Shows the last lines of every process. */
  public void printLogs(PrintWriter to) throws IOException {
    for (String name : List.copyOf(processes.keySet())) {
      to.println("--- " + name);
      to.println(lastWords(name));
    }
  }

  /** Waits until the server ends, which it does when this program is interrupted. */
  public void awaitEnd() throws InterruptedException {
    process("server").waitFor();
  }

  @Override
  public void close() {
    stop(Duration.ofSeconds(STOP_SECONDS));
    try {
      deleteTree(folder);
    } catch (IOException e) {
      System.err.println("blenderer: the farm's folder " + folder + " was not removed whole: " + e);
    }
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The program is ending already: this may be the hook itself.
    }
  }

  /** Ends all processes, nodes first, and kills those that take longer than {@code patience}. */
  public synchronized void stop(Duration patience) {
    if (closed) {
      return;
    }
    closed = true;
    List<Process> nodesFirst = new ArrayList<>(processes.values()).reversed();
    nodesFirst.forEach(Process::destroy);
    for (Process process : nodesFirst) {
      try {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Deletes a folder with all that is in it; does nothing when it is not there. */
  public static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}

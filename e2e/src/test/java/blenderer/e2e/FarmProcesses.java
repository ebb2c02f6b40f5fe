package blenderer.e2e;

import blenderer.api.ConnectionString;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A farm of real processes in a temporary folder: one server on loopback, any number of nodes.
 * Times are scaled down so that a lost node is missed after seconds.
 */
final class FarmProcesses implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(60);

  final Path folder;
  final int port;
  private final Map<String, Process> running = new LinkedHashMap<>();
  private final Map<String, List<String>> commands = new HashMap<>();
  private final Map<String, Duration> clocks = new HashMap<>();
  private final Map<String, SmallDisk> disks = new HashMap<>();
  private String javaOptions = "";
  private @Nullable Path adminConnection;
  private final List<String> serverOptions = new ArrayList<>();

  FarmProcesses(String... serverOptions) throws IOException {
    folder = Files.createTempDirectory("blenderer-e2e").toRealPath();
    port = freePort();
    this.serverOptions.addAll(List.of(serverOptions));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  Path serverData() {
    return folder.resolve("server");
  }

  Path nodeData(String name) {
    return folder.resolve("node-" + name);
  }

  Path log(String name) {
    return folder.resolve(name + ".log");
  }

  String logText(String name) {
    try {
      return Files.exists(log(name)) ? Files.readString(log(name)) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on people's commands reach the farm so; the server's own file is left as it is. */
  FarmProcesses reachedBy(ConnectionString connection) throws IOException {
    adminConnection =
        Files.writeString(folder.resolve("reached.connection"), connection.print() + "\n");
    return this;
  }

  Path adminConnection() {
    if (adminConnection != null) {
      return adminConnection;
    }
    return (disks.containsKey("server") ? folder : serverData()).resolve("admin.connection");
  }

  /** Options for the Java runtime of processes started from now on. */
  FarmProcesses withJavaOptions(String options) {
    javaOptions = options;
    return this;
  }

  /**
   * Gives the data folder of the server, or of the node of that name, a file system of its own, of
   * so many bytes.
   */
  FarmProcesses onDisk(String name, long bytes) throws IOException {
    Path data = name.equals("server") ? serverData() : nodeData(name);
    disks.put(name, SmallDisk.at(data, bytes));
    return this;
  }

  /** As given by {@link #onDisk}. */
  SmallDisk disk(String name) {
    return Objects.requireNonNull(disks.get(name));
  }

  /** Starts the server, again if it ran before, and waits until it answers. */
  FarmProcesses startServer() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Dist.program().toString(),
                "server",
                "--data",
                serverData().toString(),
                "--listen",
                "127.0.0.1:" + port));
    command.addAll(serverOptions);
    start("server", command);
    Patience.until(
        SOON,
        () -> "the server answers; it said:\n" + logText("server") + cli("whoami"),
        () -> requireAlive("server") && adminConnectionIsThere() && answers());
    return this;
  }

  private boolean answers() {
    try {
      ask(FarmClient::whoami);
      return true;
    } catch (FarmException e) {
      return false; // not yet
    }
  }

  /**
   * Asks the server as the admin, from here: who looks again and again with a command would take
   * more of the computer than the farm does.
   */
  <T> T ask(Function<FarmClient, T> question) {
    try (FarmClient client = Audit.client(this)) {
      return question.apply(client);
    }
  }

  /** On a disk of its own the file is seen only by the server: it is copied out of there. */
  private boolean adminConnectionIsThere() {
    SmallDisk disk = disks.get("server");
    if (disk != null) {
      try {
        Path theirs = disk.reach(serverData().resolve("admin.connection"));
        Files.copy(theirs, folder.resolve("admin.connection"), StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        return false; // not yet
      }
    }
    return Files.exists(adminConnection());
  }

  /** An invite's connection string for a node. */
  String invite(String role) {
    return cli("invite", "--role", role, "--uses", "10")
        .expect(0)
        .out()
        .strip()
        .lines()
        .toList()
        .getLast();
  }

  /** Starts a node, again if it ran before, and waits until the server sees it. */
  FarmProcesses startNode(String name, String... options) throws IOException {
    return launchNode(name, options).awaitNodes(name);
  }

  /** Starts nodes side by side, and waits until the server sees them. */
  FarmProcesses startNodes(String... names) throws IOException {
    for (String name : names) {
      launchNode(name);
    }
    return awaitNodes(names);
  }

  /** Starts a node, again if it ran before; {@link #awaitNodes} goes on when the server sees it. */
  FarmProcesses launchNode(String name, String... options) throws IOException {
    List<String> command = new ArrayList<>(nodeCommand(name));
    command.addAll(List.of(options));
    start(name, command);
    return this;
  }

  FarmProcesses awaitNodes(String... names) {
    for (String name : names) {
      Patience.until(
          SOON,
          () -> "node " + name + " is online; it said:\n" + logText(name),
          () -> requireAlive(name) && isOnline(name));
    }
    return this;
  }

  /** What {@code blenderer nodes --json} prints. */
  List<JsonNode> nodes() {
    return Json.ofRecord(ask(FarmClient::nodes).nodes()).valueStream().toList();
  }

  List<String> nodeCommand(String name) throws IOException {
    Path connection = folder.resolve(name + ".connection");
    if (!Files.exists(connection)) {
      Files.writeString(connection, invite("node"));
    }
    return List.of(
        Dist.program().toString(),
        "node",
        "--connect",
        connection.toString(),
        "--name",
        name,
        "--data",
        nodeData(name).toString());
  }

  boolean isOnline(String name) {
    return ask(FarmClient::nodes).nodes().stream()
        .anyMatch(node -> node.name().equals(name) && node.state().equals("online"));
  }

  Process start(String name, List<String> command) throws IOException {
    commands.put(name, command);
    SmallDisk disk = disks.get(name);
    List<String> all = new ArrayList<>(command);
    Duration offset = clocks.get(name);
    if (offset != null) {
      all.addAll(List.of("--clock-offset", "" + offset.toSeconds()));
    }
    ProcessBuilder builder =
        new ProcessBuilder(disk == null ? all : disk.command(all))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
    builder.environment().put("HOME", home().toString());
    builder.environment().put("BLENDERER_JAVA_OPTS", javaOptions);
    Process process = builder.start();
    running.put(name, process);
    return process;
  }

  /** Starts what ran before under that name once more, and does not wait for anything. */
  Process again(String name) throws IOException {
    return start(name, Objects.requireNonNull(commands.get(name)));
  }

  /** From its next start on, the node takes the time of day for another. */
  void turnClock(String node, Duration offset) {
    clocks.put(node, offset);
  }

  private boolean requireAlive(String name) {
    Process process = process(name);
    if (!process.isAlive()) {
      throw new AssertionError(
          name + " ended with exit code " + process.exitValue() + ":\n" + logText(name));
    }
    return true;
  }

  Process process(String name) {
    Process process = running.get(name);
    if (process == null) {
      throw new IllegalArgumentException("nothing called " + name + " was started");
    }
    return process;
  }

  /** Kill -9 of exactly that process. */
  void kill(String name) {
    process(name).destroyForcibly().onExit().join();
  }

  /** SIGTERM; returns the exit code. */
  int stop(String name) {
    process(name).destroy();
    return process(name).onExit().join().exitValue();
  }

  private Path home() throws IOException {
    return Files.createDirectories(folder.resolve("home"));
  }

  /** Runs a person's command as the admin and waits for its end. */
  Run cli(String... arguments) {
    Map<String, String> environment = new HashMap<>();
    environment.put("BLENDERER_CONNECT", adminConnection().toString());
    return cliWith(environment, arguments);
  }

  Run cliWith(Map<String, String> environment, String... arguments) {
    try {
      Map<String, String> all = new HashMap<>();
      all.put("HOME", home().toString());
      all.put("XDG_CONFIG_HOME", home().resolve(".config").toString());
      all.put("XDG_CACHE_HOME", home().resolve(".cache").toString());
      all.putAll(environment);
      List<String> command = new ArrayList<>(List.of(Dist.program().toString()));
      command.addAll(List.of(arguments));
      return Run.of(Duration.ofMinutes(5), folder, all, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Submits a scene and returns the job's id. */
  String submit(Path scene, String... options) {
    List<String> arguments = new ArrayList<>(List.of("submit", scene.toString(), "--json"));
    arguments.addAll(List.of(options));
    return Json.of(cli(arguments.toArray(String[]::new)).expect(0).out()).get("id").asText();
  }

  /** What {@code blenderer job ID --json} prints. */
  JsonNode job(String id) {
    return Json.ofRecord(ask(client -> client.job(id)));
  }

  int done(String id) {
    return job(id).get("tasks").get("done").asInt();
  }

  /** Processes whose environment names this farm's nodes: renderers and what they started. */
  List<String> renderersAlive() {
    return alive("BLENDERER_NODE=" + folder);
  }

  /** The same of one node. */
  List<String> renderersAlive(String node) {
    return alive("BLENDERER_NODE=" + nodeData(node));
  }

  private static List<String> alive(String mark) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("\\d+"))
          .filter(path -> environmentOf(path).contains(mark))
          .map(path -> path.getFileName() + " " + read(path.resolve("cmdline")).replace('\0', ' '))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String environmentOf(Path process) {
    return read(process.resolve("environ"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // it ended meanwhile
    }
  }

  @Override
  public void close() throws IOException {
    running.values().forEach(Process::destroy);
    for (Process process : running.values()) {
      try {
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
          process.destroyForcibly().onExit().join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    disks.values().forEach(SmallDisk::close);
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}

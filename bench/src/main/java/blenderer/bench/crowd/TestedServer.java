package blenderer.bench.crowd;

import blenderer.api.BlobSource;
import blenderer.api.ClientOptions;
import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.api.TransferProgress;
import blenderer.cli.local.LocalFarm;
import blenderer.model.Digest;
import blenderer.testkit.S3Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The server under test, in a process of its own, and what its computer says of that process. */
final class TestedServer implements AutoCloseable {

  private static final ClientOptions PATIENT =
      ClientOptions.defaults()
          .withPatience(Duration.ofSeconds(60))
          .withReadTimeout(Duration.ofSeconds(120));

  private static final String BUCKET = "bench";

  private final LocalFarm farm;
  private final FarmClient admin;
  private final Optional<OwnDatabase> database;
  private final Optional<S3Server> store;
  private final List<ConnectionString> beside = new ArrayList<>();

  private TestedServer(LocalFarm farm, Optional<OwnDatabase> database, Optional<S3Server> store) {
    this.farm = farm;
    this.database = database;
    this.store = store;
    admin = new FarmClient(connection(), PATIENT);
  }

  /** One server with its journal and its files on the disk. */
  static TestedServer start(Path folder) throws IOException, InterruptedException {
    return start(folder, new CrowdOptions());
  }

  /**
   * Starts the servers of one farm.
   *
   * @param wanted how many, and on which database; several have their files in an S3 server that is
   *     started for them
   */
  static TestedServer start(Path folder, CrowdOptions wanted)
      throws IOException, InterruptedException {
    LocalFarm farm = new LocalFarm(Files.createDirectories(folder));
    Optional<OwnDatabase> database =
        wanted.database.equals(CrowdOptions.OWN)
            ? Optional.of(OwnDatabase.start(wanted.wayToDatabase()))
            : Optional.empty();
    Optional<S3Server> store =
        wanted.servers == 0 ? Optional.empty() : Optional.of(S3Server.start(folder.resolve("s3")));
    List<String> options = new ArrayList<>();
    if (!wanted.database.isEmpty()) {
      options.addAll(List.of("--db", database.map(OwnDatabase::url).orElse(wanted.database)));
    }
    if (store.isPresent()) {
      store.get().makeBucket(BUCKET);
      farm.withEnvironment(
          Map.of("AWS_ACCESS_KEY_ID", S3Server.KEY, "AWS_SECRET_ACCESS_KEY", S3Server.SECRET));
      options.addAll(List.of("--blobs", "s3://" + BUCKET + "?endpoint=" + store.get().endpoint()));
    }
    farm.withServerOptions(options);
    try {
      farm.startServer();
      TestedServer tested = new TestedServer(farm, database, store);
      for (int i = 2; i <= wanted.servers; i++) {
        tested.beside.add(farm.startServerBeside(beside(i)));
      }
      return tested;
    } catch (LocalFarm.NotStarted e) {
      farm.close();
      database.ifPresent(OwnDatabase::close);
      store.ifPresent(S3Server::close);
      throw new BenchFailure(String.valueOf(e.getMessage()));
    }
  }

  private static String beside(int number) {
    return "server" + number;
  }

  /** As an admin. */
  FarmClient admin() {
    return admin;
  }

  /** The admin's. */
  ConnectionString connection() {
    return ConnectionString.read(farm.connection().toString(), System.in);
  }

  /** The admin's through all servers, those that do not lead first. */
  ConnectionString everywhere() {
    ConnectionString first = connection();
    List<ConnectionString.Address> all =
        new ArrayList<>(beside.stream().map(one -> one.addresses().getFirst()).toList());
    all.add(first.addresses().getFirst());
    return new ConnectionString(all, first.fingerprint(), first.secret());
  }

  /** Where it listens, by a name that its certificate has. */
  String url() {
    return "https://localhost:" + connection().addresses().getFirst().port();
  }

  /** The server's data folder. */
  Path data() {
    return farm.connection().resolveSibling("");
  }

  LocalFarm farm() {
    return farm;
  }

  /** Processor seconds that all servers have taken so far, in user mode and in the kernel. */
  double cpuSeconds() {
    double all = cpuSeconds(process());
    for (int i = 2; i < beside.size() + 2; i++) {
      all += cpuSeconds(farm.handle(beside(i)));
    }
    return all;
  }

  private static double cpuSeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** What lies in memory of the server now, and the most that ever did, in MiB. */
  long residentMebibytes(boolean most) throws IOException {
    String name = most ? "VmHWM:" : "VmRSS:";
    for (String line : Files.readAllLines(Path.of("/proc/" + process().pid() + "/status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    throw new BenchFailure("this system does not say how much memory a process takes");
  }

  ProcessHandle process() {
    return farm.server();
  }

  /** Ends the server as a crash would, starts it again, and answers after how many seconds. */
  double restart() throws IOException, InterruptedException {
    farm.killServer();
    long start = System.nanoTime();
    try {
      farm.startServer();
    } catch (LocalFarm.NotStarted e) {
      throw new BenchFailure(String.valueOf(e.getMessage()));
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /**
   * Uploads a template of our own.
   *
   * @param tasks numbered from 1
   * @param chunk tasks of one lease
   */
  Digest template(int tasks, int chunk) {
    String parameter =
        chunk == 1
            ? "\"type\":\"INT\",\"range\":\"1-" + tasks + "\""
            : "\"type\":\"CHUNK[INT]\",\"range\":\"1-"
                + tasks
                + "\",\"chunks\":{\"defaultTaskCount\":"
                + chunk
                + ",\"rangeConstraint\":\"CONTIGUOUS\"}";
    byte[] text =
        ("{\"specificationVersion\":\"jobtemplate-2023-09\",\"extensions\":[\"TASK_CHUNKING\"],"
                + "\"name\":\"bench\",\"steps\":[{\"name\":\"work\",\"parameterSpace\":{"
                + "\"taskParameterDefinitions\":[{\"name\":\"Frame\","
                + parameter
                + "}]},\"script\":{\"actions\":{\"onRun\":{\"command\":\"true\"}}}}]}")
            .getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(text);
    admin.uploadBlob(
        digest, text.length, BlobSource.bytes("template", text), TransferProgress.NONE);
    return digest;
  }

  /** Makes a job of a template that is there. */
  Jobs.Job submit(Digest template) {
    return admin.submit(
        new Jobs.Submit(
            "bench", "default", 50, template.hex(), null, Map.of(), List.of(), Map.of()),
        UUID.randomUUID().toString());
  }

  /** An invite for so many nodes. */
  String inviteNodes(int nodes) {
    String secret = admin.invite(new Farm.NewInvite("node", nodes, 3600)).secret();
    if (secret == null) {
      throw new BenchFailure("the server made an invite without a secret");
    }
    return secret;
  }

  void printLog(PrintWriter to) throws IOException {
    farm.printLogs(to);
  }

  @Override
  public void close() {
    admin.close();
    farm.close();
    database.ifPresent(OwnDatabase::close);
    store.ifPresent(S3Server::close);
  }
}

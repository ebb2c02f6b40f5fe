package blenderer.bench.crowd;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.Json;
import blenderer.api.NodeSync;
import blenderer.api.Secrets;
import blenderer.model.Digest;
import blenderer.model.HostOffer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench scale}: what a very large farm costs to keep, to begin and to start again. */
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    description = {
      "A job of a million tasks of which half are done, and ten thousand nodes with leases of"
          + " another.",
      "Times the submit and the start after a crash; heap is what lives after a full collection."
    })
public final class ScaleCommand implements Callable<Integer> {

  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
  private static final int CHUNK = 1_000;

  @Option(names = "--tasks", description = "Of the large job (default: ${DEFAULT-VALUE}).")
  private int tasks = 1_000_000;

  @Option(names = "--nodes", description = "Nodes with leases (default: ${DEFAULT-VALUE}).")
  private int nodes = 10_000;

  private final List<String> keys = new ArrayList<>();
  private int sequence = 0;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return Runs.print("scale", tasks >= 2 * CHUNK && nodes > 0, this::measure);
  }

  private void measure(ObjectNode line, Path folder) throws IOException, InterruptedException {
    line.put("tasks", tasks).put("nodes", nodes);
    try (TestedServer server = TestedServer.start(folder.resolve("farm"));
        HttpClient http = HttpClient.newBuilder().sslContext(Watchers.trust(server)).build()) {
      String where = server.url();
      Digest template = server.template(tasks, CHUNK);
      long start = System.nanoTime();
      Jobs.Job large = server.submit(template);
      line.put("submitFirstSeconds", seconds(start));
      start = System.nanoTime();
      server.admin().deleteJob(server.admin().cancel(server.submit(template).id()).id());
      line.put("submitAndDeleteAgainSeconds", seconds(start));
      enrol(http, where, server.inviteNodes(nodes));
      Runs.say("%d nodes have keys", nodes);
      half(http, where);
      Runs.say("half of the tasks are done");
      Jobs.Job small = server.submit(server.template(3 * nodes, 1));
      Runs.say("job %s for the nodes", small.id());
      server.admin().pause(large.id());
      for (int i = 0; i < nodes; i++) {
        NodeSync.Answer answer = sync(http, where, i, List.of(), List.of());
        BenchFailure.unless(!answer.leases().isEmpty(), "node " + i + " got no lease");
      }
      Runs.say("every node has work");
      server.admin().resume(large.id());
      check(server, large.id(), line);
      line.put("heapMiB", heap(server));
      line.put("serverResidentMiB", server.residentMebibytes(false));
      double restart = server.restart();
      line.put("restartSeconds", Runs.rounded(restart));
      check(server, large.id(), line);
      line.put("heapAfterRestartMiB", heap(server));
      BenchFailure.unless(
          server.admin().job(small.id()).tasks().leased() >= nodes,
          "leases were lost in the restart");
    }
  }

  private static double seconds(long startNanos) {
    return Runs.rounded((System.nanoTime() - startNanos) / 1e9);
  }

  private void check(TestedServer server, String job, ObjectNode line) {
    int done = server.admin().job(job).tasks().done();
    line.put("tasksDone", done);
    BenchFailure.unless(
        done == tasks / 2 / CHUNK * CHUNK, done + " tasks are done instead of half");
  }

  private <T> T call(
      HttpClient http, String where, String path, String secret, Object body, Class<T> type)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(where + path))
                .header("Authorization", "Bearer " + secret)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(body)))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    BenchFailure.unless(
        answer.statusCode() == 200,
        path + " was answered with " + answer.statusCode() + ": " + text(answer.body()));
    return Json.mapper().readValue(answer.body(), type);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void enrol(HttpClient http, String where, String invite)
      throws IOException, InterruptedException {
    for (int i = 0; i < nodes; i++) {
      String key = Secrets.newKey();
      Farm.Enrol enrol = new Farm.Enrol("node%05d".formatted(i), Secrets.hash(key));
      call(http, where, "/v1/enrol", invite, enrol, Farm.Identity.class);
      keys.add(key);
    }
  }

  /** One node does the half: what the server keeps of it is the same. */
  private void half(HttpClient http, String where) throws IOException, InterruptedException {
    List<NodeSync.WantedLease> held = new ArrayList<>();
    List<NodeSync.Report> reports = List.of();
    int reported = 0;
    while (reported < tasks / 2 / CHUNK * CHUNK || !reports.isEmpty()) {
      NodeSync.Answer answer = sync(http, where, 0, held, reports);
      reports = List.of();
      for (NodeSync.WantedLease lease : answer.leases()) {
        if (lease.grant() != null) {
          held.add(lease);
        }
      }
      if (reported < tasks / 2 / CHUNK * CHUNK) {
        NodeSync.WantedLease first = held.removeFirst();
        reports = finished(first);
        reported += reports.size();
      }
    }
  }

  private static List<NodeSync.Report> finished(NodeSync.WantedLease lease) {
    NodeSync.Grant grant = lease.grant();
    BenchFailure.unless(grant != null, "a lease without a grant");
    long now = System.currentTimeMillis();
    List<NodeSync.Report> reports = new ArrayList<>();
    if (grant != null) {
      for (NodeSync.GrantedTask task : grant.tasks()) {
        reports.add(
            new NodeSync.Report(
                lease.lease(),
                task.index(),
                task.generation(),
                "succeeded",
                List.of(),
                null,
                null,
                now - 1_000,
                now,
                null,
                null,
                null,
                null));
      }
    }
    return reports;
  }

  private NodeSync.Answer sync(
      HttpClient http,
      String where,
      int node,
      List<NodeSync.WantedLease> held,
      List<NodeSync.Report> reports)
      throws IOException, InterruptedException {
    List<NodeSync.HeldLease> leases = new ArrayList<>();
    held.forEach(lease -> leases.add(new NodeSync.HeldLease(lease.lease(), true, List.of())));
    NodeSync.Request request =
        new NodeSync.Request(
            NodeSync.PROTOCOL,
            "boot" + node,
            ++sequence,
            0,
            1,
            false,
            leases,
            reports,
            new NodeSync.Facts(
                "bench",
                "linux",
                8,
                32L << 30,
                List.of(),
                List.of(),
                HostOffer.NONE,
                "commands",
                "bubblewrap"));
    return call(http, where, "/v1/node/sync", keys.get(node), request, NodeSync.Answer.class);
  }

  /** MiB of all objects that live, by the JDK's own tool, which collects first. */
  private static long heap(TestedServer server) throws IOException, InterruptedException {
    Path java = Path.of(server.process().info().command().orElse("java"));
    Process histogram =
        new ProcessBuilder(
                java.resolveSibling("jcmd").toString(),
                Long.toString(server.process().pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String text = text(histogram.getInputStream().readAllBytes());
    histogram.waitFor();
    Matcher total = TOTAL.matcher(text);
    BenchFailure.unless(total.find(), "jcmd does not say what lives: " + text.lines().findFirst());
    return Long.parseLong(total.group(1)) >> 20;
  }
}

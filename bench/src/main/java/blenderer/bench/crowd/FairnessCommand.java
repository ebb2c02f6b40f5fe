package blenderer.bench.crowd;

import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.api.Secrets;
import blenderer.model.Digest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench fairness}: what two people get, one with a hundred times as many jobs as the other,
 * and how soon urgent work begins.
 */
@Command(
    name = "fairness",
    mixinStandardHelpOptions = true,
    description = {
      "Simulated nodes whose tasks take time work for two people of equal weight, one with a single"
          + " job and one with many.",
      "Compares the slot time of both over every window of time, as the nodes had it, and then"
          + " times urgent jobs from before the submit until their first task begins."
    })
public final class FairnessCommand implements Callable<Integer> {

  /** So many windows begin within one window's time. */
  private static final int OVERLAP = 60;

  private static final long MOST_SECONDS = 60;

  @Option(names = "--slots", description = "Nodes of one slot (default: ${DEFAULT-VALUE}).")
  private int slots = 100;

  @Option(names = "--task-millis", description = "Of each task (default: ${DEFAULT-VALUE}).")
  private int taskMillis = 5_000;

  @Option(names = "--jobs", description = "Of the second person (default: ${DEFAULT-VALUE}).")
  private int jobs = 100;

  @Option(names = "--window", description = "Seconds of a window (default: ${DEFAULT-VALUE}).")
  private int window = 60;

  @Option(names = "--seconds", description = "That are compared (default: ${DEFAULT-VALUE}).")
  private int seconds = 120;

  @Option(names = "--urgent", description = "Urgent jobs (default: ${DEFAULT-VALUE}).")
  private int urgent = 10;

  private final SlotTime time = new SlotTime();
  private final Map<String, String> people = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> begun = new ConcurrentHashMap<>();
  private final Map<String, Long> begunAt = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> recorded = new ConcurrentHashMap<>();
  private final LongAdder takenBack = new LongAdder();
  private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean sense =
        slots > 1
            && taskMillis > 0
            && jobs > 0
            && window > 0
            && seconds >= window
            && urgent >= 0
            && window * 1000L >= 2L * taskMillis;
    return Runs.print("fairness", sense, this::measure);
  }

  private final class Heard implements TimedNode.Log {
    @Override
    public void begun(String job, long nanos) {
      begunAt.putIfAbsent(job, nanos);
      latch(job).countDown();
    }

    @Override
    public void ended(String job, long fromNanos, long toNanos) {
      time.add(people.getOrDefault(job, "urgent"), fromNanos, toNanos);
    }

    @Override
    public void recorded(String job) {
      recorded.computeIfAbsent(job, _ -> new LongAdder()).increment();
    }

    @Override
    public void takenBack() {
      takenBack.increment();
    }

    @Override
    public void failed(String what) {
      firstFailure.compareAndSet(null, what);
    }
  }

  private CountDownLatch latch(String job) {
    return begun.computeIfAbsent(job, _ -> new CountDownLatch(1));
  }

  private void measure(ObjectNode line, Path folder) throws IOException, InterruptedException {
    List<TimedNode> nodes = new ArrayList<>();
    try (TestedServer server = TestedServer.start(folder.resolve("farm"));
        FarmClient one = person(server, "one");
        FarmClient many = person(server, "many")) {
      enrol(server, nodes);
      int most = (int) (1000L * slots * (seconds + MOST_SECONDS) / taskMillis) + 2 * slots;
      submit(server, one, "one", most, 1);
      submit(server, many, "many", most / jobs + 1, jobs);
      for (TimedNode node : nodes) {
        node.start();
        // As on a farm that has been running, where not all tasks end at the same moment.
        Thread.sleep(taskMillis / slots);
      }
      compare(line, "one", "many");
      urgent(line, server);
      nodes.forEach(TimedNode::stop);
      check(line, server);
    } finally {
      nodes.forEach(TimedNode::close);
    }
  }

  private static FarmClient person(TestedServer server, String name) {
    String invite =
        server.admin().invite(new Farm.NewInvite("artist", 1, 600, "commands")).secret();
    if (invite == null) {
      throw new BenchFailure("the server made an invite without a secret");
    }
    ConnectionString asked = server.connection().withSecret(invite);
    String secret = Secrets.newKey();
    try (FarmClient client = new FarmClient(asked)) {
      client.enrol(new Farm.Enrol(name, Secrets.hash(secret)));
    }
    return new FarmClient(asked.withSecret(secret));
  }

  private void enrol(TestedServer server, List<TimedNode> nodes) {
    ConnectionString invite = server.connection().withSecret(server.inviteNodes(slots));
    try (FarmClient client = new FarmClient(invite)) {
      for (int i = 0; i < slots; i++) {
        String secret = Secrets.newKey();
        String name = "node%05d".formatted(i);
        client.enrol(new Farm.Enrol(name, Secrets.hash(secret)));
        FarmClient own = new FarmClient(invite.withSecret(secret));
        nodes.add(new TimedNode(name, own, taskMillis, new Heard()));
      }
    }
  }

  private void submit(TestedServer server, FarmClient client, String person, int tasks, int count) {
    Digest template = server.template(tasks, 1);
    for (int i = 0; i < count; i++) {
      people.put(submit(client, template, 50), person);
    }
  }

  private static String submit(FarmClient client, Digest template, int priority) {
    return client
        .submit(
            new Jobs.Submit(
                "bench", "default", priority, template.hex(), null, Map.of(), List.of(), Map.of()),
            UUID.randomUUID().toString())
        .id();
  }

  /** Every window from now on, at which both have work. */
  private void compare(ObjectNode line, String one, String other) throws InterruptedException {
    for (String job : people.keySet()) {
      if (people.get(job).equals(one)) {
        BenchFailure.unless(
            latch(job).await(MOST_SECONDS, TimeUnit.SECONDS), "no task began within a minute");
      }
    }
    long start = System.nanoTime();
    // What has not ended yet is known only when it has.
    Thread.sleep(seconds * 1000L + 2L * taskMillis);
    long length = TimeUnit.SECONDS.toNanos(window);
    long last = start + TimeUnit.SECONDS.toNanos(seconds) - length;
    double worst = 0;
    double worstAt = 0;
    int windows = 0;
    for (long from = start; from <= last; from += length / OVERLAP) {
      double difference = time.difference(one, other, from, from + length);
      if (difference > worst) {
        worst = difference;
        worstAt = (from - start) / 1e9;
      }
      windows++;
    }
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    line.put("slots", slots).put("taskMillis", taskMillis).put("jobsOfMany", jobs);
    line.put("windowSeconds", window).put("windows", windows);
    line.put("worstDifference", Runs.rounded(worst)).put("worstAtSecond", Runs.rounded(worstAt));
    line.put("difference", Runs.rounded(time.difference(one, other, start, end)));
    double had = time.had(one, start, end) + time.had(other, start, end);
    line.put("takenBack", takenBack.sum());
    line.put("busy", Runs.rounded(had / (double) (end - start) / slots));
    Runs.say("compared: %s", line);
  }

  private void urgent(ObjectNode line, TestedServer server) throws InterruptedException {
    Digest template = server.template(1, 1);
    Latencies starts = new Latencies();
    for (int i = 0; i < urgent; i++) {
      Thread.sleep(ThreadLocalRandom.current().nextLong(taskMillis / 4 + 1));
      long before = System.nanoTime();
      String job = submit(server.admin(), template, 80);
      BenchFailure.unless(
          latch(job).await(MOST_SECONDS, TimeUnit.SECONDS),
          "an urgent job did not begin within a minute");
      starts.add(begunAt.getOrDefault(job, before) - before);
    }
    starts.into(line, "urgentStart");
  }

  /** That what the nodes were told is what the server says. */
  private void check(ObjectNode line, TestedServer server) {
    String failure = firstFailure.get();
    BenchFailure.unless(failure == null, String.valueOf(failure));
    Map<String, Integer> done = new HashMap<>();
    long told = 0;
    long all = 0;
    for (String job : people.keySet()) {
      int counted = server.admin().job(job).tasks().done();
      done.put(job, counted);
      long heard = recorded.getOrDefault(job, new LongAdder()).sum();
      told += heard;
      all += counted;
      // A result that was recorded when the nodes stopped may not have been answered any more.
      BenchFailure.unless(
          heard <= counted, "nodes were told of " + heard + " results, the server has " + done);
    }
    BenchFailure.unless(
        all - told <= slots, "the server has " + all + " results, nodes were told of " + told);
    line.put("tasksDone", all);
  }
}

package blenderer.bench.crowd;

import blenderer.api.ClientOptions;
import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.NodeSync;
import blenderer.api.Secrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Many simulated nodes, and the sum of what they were told. */
final class NodeCrowd implements AutoCloseable {

  private static final ClientOptions OPTIONS =
      ClientOptions.defaults()
          .withPatience(Duration.ofSeconds(30))
          .withReadTimeout(Duration.ofSeconds(60));

  /** What a task makes, and how long it takes. */
  interface Task {
    List<NodeSync.OutputFile> of(SimulatedNode node, NodeSync.Grant grant, int index)
        throws InterruptedException;
  }

  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final BitSet seen = new BitSet();
  private final AtomicReference<@Nullable String> twice = new AtomicReference<>();
  private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
  private final AtomicReference<@Nullable String> firstLost = new AtomicReference<>();
  final LongAdder recorded = new LongAdder();
  final LongAdder granted = new LongAdder();
  final LongAdder syncs = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder lost = new LongAdder();

  /** From the start of a sync with a result to its answer with the next lease. */
  final Latencies turnaround = new Latencies();

  private final SimulatedNode.Play play;

  NodeCrowd(Task task) {
    play =
        new SimulatedNode.Play() {
          @Override
          public List<NodeSync.OutputFile> work(SimulatedNode node, NodeSync.Grant grant, int index)
              throws InterruptedException {
            return task.of(node, grant, index);
          }

          @Override
          public void answered(SimulatedNode node, int reports, int grants, long nanos) {
            syncs.increment();
            granted.add(grants);
            if (reports > 0 && grants > 0) {
              turnaround.add(nanos);
            }
          }

          @Override
          public void recorded(int index) {
            count(index);
          }

          @Override
          public void failed(String what) {
            failures.increment();
            firstFailure.compareAndSet(null, what);
          }

          @Override
          public void lost(String what) {
            lost.increment();
            firstLost.compareAndSet(null, what);
          }
        };
  }

  private void count(int index) {
    synchronized (seen) {
      if (seen.get(index)) {
        twice.compareAndSet(null, "task " + index + " was recorded twice");
      }
      seen.set(index);
    }
    recorded.increment();
  }

  /** Gives each node a key of its own. */
  void enrol(TestedServer server, int count) {
    ConnectionString invite = server.everywhere().withSecret(server.inviteNodes(count));
    try (FarmClient client = new FarmClient(invite, OPTIONS)) {
      for (int i = 0; i < count; i++) {
        String secret = Secrets.newKey();
        String name = "node%05d".formatted(nodes.size());
        client.enrol(new Farm.Enrol(name, Secrets.hash(secret)));
        nodes.add(
            new SimulatedNode(
                name, nodes.size(), new FarmClient(invite.withSecret(secret), OPTIONS), play));
      }
    }
  }

  /** Starts all nodes. */
  void start() {
    for (SimulatedNode node : nodes) {
      threads.add(Thread.ofVirtual().name(node.name).start(node));
    }
  }

  /** Waits until every node is online for the server. */
  void awaitOnline(TestedServer server) throws InterruptedException {
    long deadline = System.nanoTime() + 120_000_000_000L;
    while (server.admin().nodes().nodes().stream()
            .filter(node -> node.state().equals("online"))
            .count()
        < nodes.size()) {
      BenchFailure.unless(
          System.nanoTime() < deadline, "not all nodes came online within two minutes");
      Thread.sleep(200);
    }
  }

  /** Lets every node end after the answer to what it has told. */
  void stop() throws InterruptedException {
    nodes.forEach(SimulatedNode::stop);
    for (Thread thread : threads) {
      BenchFailure.unless(thread.join(Duration.ofSeconds(60)), "a node does not end");
    }
    threads.clear();
  }

  /**
   * Calls that a server left without an answer up to now, which are no failure: while its code is
   * being compiled, a server that all nodes begin with at once may be silent for longer than a node
   * waits that knows another one.
   */
  long forgiveLost() {
    firstLost.set(null);
    return lost.sumThenReset();
  }

  int size() {
    return nodes.size();
  }

  /**
   * That what the nodes were told is what the server says.
   *
   * @param done how many tasks the server says are done
   */
  void check(int done) {
    String wrong = twice.get();
    BenchFailure.unless(wrong == null, String.valueOf(wrong));
    String failure = firstFailure.get();
    BenchFailure.unless(failure == null, failures.sum() + " things went wrong, first: " + failure);
    String unanswered = firstLost.get();
    BenchFailure.unless(
        unanswered == null, lost.sum() + " calls had no answer, first: " + unanswered);
    synchronized (seen) {
      BenchFailure.unless(
          seen.cardinality() == done && recorded.sum() == done,
          "the nodes were told of "
              + recorded.sum()
              + " results of "
              + seen.cardinality()
              + " tasks, the server says "
              + done);
    }
  }

  @Override
  public void close() {
    nodes.forEach(SimulatedNode::stop);
    nodes.forEach(node -> node.client.close());
  }
}

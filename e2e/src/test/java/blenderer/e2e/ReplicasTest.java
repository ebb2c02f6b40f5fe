package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three servers, a database and a store under load, and what happens to each of them: kill -9,
 * SIGSTOP, absence, a cut between leader and database. Each time nodes go on soon, nothing is lost
 * and nothing counts twice; and whoever watches ends with the right state of every job.
 */
@Tag("alone")
class ReplicasTest {

  private static final List<String> NODES = List.of("one", "two", "three", "four");
  private static final int JOBS_AT_ONCE = 3;
  private static final int SLOTS = 2;

  /** A leader's lock falls to another after three seconds; then its state is read. */
  private static final Duration LOCK = Duration.ofSeconds(3);

  private static final Duration GOES_ON = Duration.ofSeconds(5);

  /**
   * How long faults last.
   *
   * @param down a killed server
   */
  private record Times(
      Duration down, Duration database, Duration store, Duration stopped, Duration parted) {}

  private final ReentrantLock person = new ReentrantLock();
  private final AtomicReference<Throwable> trouble = new AtomicReference<>();

  @Test
  @Tag("e2e")
  @Tag("slow")
  void three_servers_take_each_others_place() throws Exception {
    run(
        "0.2",
        24,
        new Times(
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofSeconds(9),
            Duration.ofSeconds(8)));
  }

  @Test
  @Tag("soak")
  void three_servers_take_each_others_place_for_as_long_as_people_wait_for_repair()
      throws Exception {
    run(
        "1",
        120,
        new Times(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(20)));
  }

  @Test
  @Tag("soak")
  void of_a_scene_of_1_GB_for_four_nodes_less_than_1_MB_passes_three_servers() throws Exception {
    try (Replicas all = new Replicas(3, "1")) {
      startNodes(all);
      LargeFileWork work = new LargeFileWork(all.farm, all.farm.adminConnection());
      long withoutScene = passed(all, work, 1 << 20);
      assertThat(withoutScene).as("it is counted").isGreaterThan(10_000);
      assertThat(passed(all, work, 1L << 30) - withoutScene).isLessThan(1_000_000);
    }
  }

  private static long passed(Replicas all, LargeFileWork work, long bytes) throws Exception {
    long before = all.bytesPassed();
    String job = work.submit(bytes);
    work.untilDone(job);
    long passed = all.bytesPassed() - before;
    System.out.printf("Replicas: a file of %d bytes, %d bytes past the servers%n", bytes, passed);
    work.allIsRight(job);
    return passed;
  }

  /** What the farm has to do. */
  private record Load(Replicas all, ChaosWork work, String film) {
    List<Jobs.Attempt> attempts() {
      List<Jobs.Attempt> attempts = new ArrayList<>(work.attempts());
      attempts.addAll(Audit.attempts(all.farm, film));
      return attempts;
    }
  }

  /** Something that is about to happen to somebody. */
  private interface Fault {
    void happen() throws Exception;
  }

  /** Looks whom it will hit. */
  private interface Aim {
    Fault aim();
  }

  private void run(String timeScale, int frames, Times times) throws Exception {
    try (Replicas all = new Replicas(3, timeScale)) {
      FarmProcesses farm = all.farm;
      startNodes(all);
      // Rendered beside all that is urgent, so that frames are under way whatever happens.
      String film = farm.submit(Dist.demoScene(), "--frames", "1-" + frames, "--priority", "10");
      Process waiting = farm.start("wait", wait(farm, film));
      ChaosWork work = new ChaosWork(farm, 1, JOBS_AT_ONCE);
      List<Watcher> watchers = new ArrayList<>();
      for (String server : all.servers()) {
        watchers.add(new Watcher("who watches " + server, all.connection(server)));
      }
      WentOn killed;
      WentOn stopped;
      WentOn parted;
      Thread busy = Thread.ofVirtual().start(() -> keepBusy(work));
      try {
        Load load = new Load(all, work, film);
        during(load, "a follower killed", () -> killed(all, all.aFollower(), times.down()));
        killed = during(load, "the leader killed", () -> killed(all, all.leader(), times.down()));
        during(
            load,
            "the database killed",
            () ->
                () -> {
                  all.database.kill();
                  Thread.sleep(times.database());
                  all.database.start();
                });
        during(
            load,
            "the store away",
            () ->
                () -> {
                  all.store.kill();
                  Thread.sleep(times.store());
                  all.store.restart();
                });
        stopped = during(load, "the leader stopped", () -> stopped(all, times.stopped()));
        parted = during(load, "leader and database parted", () -> parted(all, times.parted()));
      } finally {
        busy.interrupt();
        busy.join();
      }
      Patience.until(
          Duration.ofMinutes(4),
          () -> "all jobs end: " + work.unfinished() + all.logs(),
          work::isOver);
      work.audit(farm.folder);
      Audit.everyFrameCommittedOnce(farm, film, frames);
      assertThat(waiting.waitFor()).as(farm.logText("wait")).isZero();
      assertThat(farm.logText("wait")).contains("is done: " + frames + " frames");
      everyWatcherKnowsTheEnd(farm, watchers);
      watchers.forEach(Watcher::close);
      watchers.forEach(watcher -> System.out.println("Replicas: " + watcher));
      System.out.println("Replicas: " + work.summary());
      for (String node : NODES) {
        farm.stop(node);
      }
      assertThat(farm.renderersAlive()).isEmpty();
      assertThat(killed.heard()).as("after the leader's death").isLessThan(GOES_ON);
      assertThat(killed.worked()).as("after the leader's death").isLessThan(GOES_ON);
      Duration silent = LOCK.plus(GOES_ON);
      assertThat(stopped.heard()).as("after the leader fell silent").isLessThan(silent);
      assertThat(stopped.worked()).as("after the leader fell silent").isLessThan(silent);
      assertThat(parted.heard()).as("after the leader was cut off").isLessThan(silent);
      assertThat(parted.worked()).as("after the leader was cut off").isLessThan(silent);
    }
  }

  private static void startNodes(Replicas all) throws Exception {
    List<String> servers = all.servers();
    String[] options = {"--allow-commands", "--slots", "" + SLOTS, "--min-free", "1MB"};
    all.startNode("one", servers, options);
    all.startNode("two", servers.reversed(), options);
    // These two hear of the others from the farm.
    all.startNode("three", servers.subList(0, 1), options);
    all.startNode("four", servers.subList(2, 3), options);
    awaitNodes(all);
  }

  private static void awaitNodes(Replicas all) {
    for (String node : NODES) {
      Patience.until(
          Duration.ofSeconds(60),
          () -> node + " is online: " + all.farm.logText(node) + all.logs(),
          () -> isOnline(all.farm, node));
    }
  }

  private static boolean isOnline(FarmProcesses farm, String name) {
    try (FarmClient client = Audit.client(farm)) {
      return client.nodes().nodes().stream()
          .anyMatch(node -> node.name().equals(name) && node.state().equals("online"));
    }
  }

  private static List<String> wait(FarmProcesses farm, String job) {
    return List.of(
        Dist.program().toString(), "wait", job, "--connect", farm.adminConnection().toString());
  }

  private void keepBusy(ChaosWork work) {
    try {
      while (true) {
        person.lockInterruptibly();
        try {
          work.act();
        } finally {
          person.unlock();
        }
        Thread.sleep(300);
      }
    } catch (InterruptedException e) {
      // All that was to happen has happened.
    } catch (RuntimeException | Error e) {
      trouble.set(e);
    }
  }

  private static Fault killed(Replicas all, String server, Duration down) {
    return () -> {
      all.farm.kill(server);
      Thread.sleep(down);
      all.farm.again(server);
    };
  }

  private static Fault stopped(Replicas all, Duration time) {
    String leader = all.leader();
    return () -> {
      all.signal(leader, "STOP");
      Thread.sleep(time);
      all.signal(leader, "CONT");
    };
  }

  private static Fault parted(Replicas all, Duration time) {
    Tunnel tunnel = all.tunnel(all.leader());
    return () -> {
      tunnel.become(Tunnel.State.DOWN);
      Thread.sleep(time);
      tunnel.become(Tunnel.State.GOOD);
    };
  }

  /**
   * Lets a fault happen while there is work, waits until all is well again and more was done, and
   * audits what has ended.
   *
   * @return how soon the nodes went on
   */
  private WentOn during(Load load, String what, Aim aim) throws Exception {
    Replicas all = load.all();
    ChaosWork work = load.work();
    awaitNodes(all);
    moreIsDone(all, work, 8, what + ", before");
    Set<String> before = leases(load.attempts());
    Fault fault = aim.aim();
    long from = System.currentTimeMillis();
    long nanos = System.nanoTime();
    fault.happen();
    all.awaitAllWell();
    Duration well = Duration.ofNanos(System.nanoTime() - nanos);
    awaitNodes(all);
    moreIsDone(all, work, 20, what + ", after");
    Map<String, Long> wentOn = new TreeMap<>();
    Patience.until(
        Duration.ofSeconds(60),
        () -> what + ": every node goes on, of which did " + wentOn + all.logs(),
        () -> {
          wentOn.putAll(idleTimes(load.attempts(), before, from));
          return wentOn.keySet().containsAll(NODES);
        });
    person.lock();
    try {
      work.auditFinished(all.farm.folder);
    } finally {
      person.unlock();
    }
    assertThat(trouble.get()).as("what the person met").isNull();
    Map<String, Long> heard = new TreeMap<>();
    // Of two calls under way one may fall silent for longer: who has new work has heard.
    NODES.forEach(
        node ->
            heard.put(
                node,
                Math.min(
                    Objects.requireNonNull(wentOn.get(node)),
                    heardAgain(all.farm.logText(node), from))));
    System.out.printf(
        "Replicas: %s: all well after %.1f s, nodes heard from a server again after %s ms, slots"
            + " idle until new work for %s ms%n",
        what, well.toMillis() / 1e3, heard, wentOn);
    return new WentOn(
        Duration.ofMillis(heard.values().stream().mapToLong(at -> at).max().orElseThrow()),
        Duration.ofMillis(wentOn.values().stream().sorted().toList().get(NODES.size() - 2)));
  }

  /**
   * When nodes went on.
   *
   * @param heard after that the last of them heard from a server again
   * @param worked for so long all but one had a slot idle before they began what was granted after
   *     the fault; that one's slot may wait because nothing is ready that it could do
   */
  private record WentOn(Duration heard, Duration worked) {}

  /**
   * How many milliseconds after {@code from} a node said that a server is back; 0: none was away.
   */
  private static long heardAgain(String log, long from) {
    long back = -1;
    boolean away = false;
    for (String line : log.lines().toList()) {
      boolean goes = line.contains("Rendering goes on; results wait here");
      if (!goes && !line.contains("The server is back")) {
        continue;
      }
      long at = Instant.parse(line.substring(0, line.indexOf(' '))).toEpochMilli();
      if (back < 0 && away && !goes && at >= from) {
        back = at - from;
      }
      away = goes;
    }
    assertThat(away).as("still without a server:\n%s", log).isFalse();
    return Math.max(back, 0);
  }

  private void moreIsDone(Replicas all, ChaosWork work, int more, String what) {
    int[] least = {-1};
    Patience.until(
        Duration.ofMinutes(2),
        () -> what + ": more tasks get done: " + work.unfinished() + all.logs(),
        () -> {
          assertThat(trouble.get()).as("what the person met").isNull();
          int done = work.done();
          least[0] = least[0] < 0 ? done : least[0];
          return done >= least[0] + more;
        });
  }

  private static Set<String> leases(List<Jobs.Attempt> attempts) {
    Set<String> leases = new HashSet<>();
    attempts.forEach(attempt -> leases.add(attempt.lease()));
    attempts.forEach(attempt -> leases.add(grantedBy(attempt)));
    return leases;
  }

  /** Leases that one scheduler has granted since it was loaded begin alike. */
  private static String grantedBy(Jobs.Attempt attempt) {
    return attempt.lease().substring(0, attempt.lease().lastIndexOf('_'));
  }

  /**
   * For how many milliseconds after {@code from} each node had a slot with nothing to do, until it
   * first began a task of a lease that it did not have before: if somebody else leads now, of one
   * that the new leader has granted.
   */
  private static Map<String, Long> idleTimes(
      List<Jobs.Attempt> attempts, Set<String> before, long from) {
    boolean newLeader = attempts.stream().anyMatch(one -> !before.contains(grantedBy(one)));
    Predicate<Jobs.Attempt> isNew =
        attempt -> !before.contains(newLeader ? grantedBy(attempt) : attempt.lease());
    Map<String, Long> begun = new HashMap<>();
    attempts.stream()
        .filter(isNew)
        .filter(attempt -> attempt.startedAt() >= from)
        .forEach(attempt -> begun.merge(attempt.node(), attempt.startedAt(), Math::min));
    Map<String, Long> idle = new HashMap<>();
    begun.forEach(
        (node, at) ->
            idle.put(
                node,
                idleTime(
                    attempts.stream()
                        .filter(attempt -> attempt.node().equals(node))
                        .filter(isNew.negate())
                        .toList(),
                    from,
                    at)));
    return idle;
  }

  private static long idleTime(List<Jobs.Attempt> work, long from, long to) {
    NavigableMap<Long, Integer> changes = new TreeMap<>();
    changes.put(from, 0);
    changes.put(to, 0);
    for (Jobs.Attempt attempt : work) {
      if (attempt.endedAt() > from && attempt.startedAt() < to) {
        changes.merge(Math.max(from, attempt.startedAt()), 1, Integer::sum);
        changes.merge(Math.min(to, attempt.endedAt()), -1, Integer::sum);
      }
    }
    long idle = 0;
    int busy = 0;
    for (Map.Entry<Long, Integer> change : changes.entrySet()) {
      busy += change.getValue();
      Long next = changes.higherKey(change.getKey());
      if (next != null && busy < SLOTS) {
        idle += next - change.getKey();
      }
    }
    return idle;
  }

  private static void everyWatcherKnowsTheEnd(FarmProcesses farm, List<Watcher> watchers) {
    Map<String, Watcher.Seen> truth = new TreeMap<>();
    try (FarmClient client = Audit.client(farm)) {
      ChaosWork.all(client).forEach(job -> truth.put(job.id(), Watcher.Seen.of(job)));
    }
    for (Watcher watcher : watchers) {
      Patience.until(
          Duration.ofSeconds(30),
          () -> watcher + " knows the end, not " + watcher.jobs() + " but " + truth,
          () -> watcher.jobs().equals(truth));
      assertThat(watcher.steppedBack()).isEmpty();
    }
  }
}

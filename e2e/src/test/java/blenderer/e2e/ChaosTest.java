package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ClientOptions;
import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Real processes under load, to which at random moments happens what happens to computers: kill -9,
 * SIGTERM, freezing, full disks, wrong clocks; lines that are cut, crawl, are half open or down.
 * When it is over an audit counts what was committed. Terms are scaled to a tenth.
 *
 * <p>{@code -Dchaos.seed=N} takes other faults, {@code -Dchaos.seconds=N} another time.
 */
@Tag("e2e")
@Tag("alone")
@Tag("slow")
class ChaosTest {

  private static final List<String> NODES = List.of("one", "two", "three");
  private static final List<Duration> CLOCKS =
      List.of(
          Duration.ofHours(26),
          Duration.ofHours(-20),
          Duration.ofMinutes(40),
          Duration.ofHours(-3),
          Duration.ZERO);
  private static final long SERVER_DISK = 768L << 20;
  private static final long NODE_DISK = 128L << 20;
  private static final Duration LONGEST_FAULT = Duration.ofSeconds(6);
  static final ClientOptions IMPATIENT =
      ClientOptions.defaults()
          .withPatience(Duration.ofMillis(500))
          .withTransferPatience(Duration.ofSeconds(3));

  /** Something that becomes well again. */
  private record Ill(long until, String what, Cure cure) {}

  private interface Cure {
    void apply() throws IOException;
  }

  private final Map<String, Tunnel> tunnels = new HashMap<>();
  private final PriorityQueue<Ill> ills =
      new PriorityQueue<>((a, b) -> Long.compare(a.until(), b.until()));
  private final Map<String, Integer> faults = new TreeMap<>();

  @Test
  void ninety_seconds_of_faults_lose_nothing_and_double_nothing() throws Exception {
    chaos(Duration.ofSeconds(Integer.getInteger("chaos.seconds", 90)));
  }

  @Test
  @Tag("soak")
  void ten_minutes_of_faults_lose_nothing_and_double_nothing() throws Exception {
    chaos(Duration.ofMinutes(10));
  }

  private void chaos(Duration time) throws Exception {
    long seed = Long.getLong("chaos.seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    try (FarmProcesses farm = new FarmProcesses("--time-scale", "0.1", "--min-free", "1MB")) {
      try {
        farm.onDisk("server", SERVER_DISK).onDisk("two", NODE_DISK).startServer();
        for (String node : NODES) {
          startNode(farm, node, CLOCKS.get(random.nextInt(CLOCKS.size())));
        }
        ChaosWork work = new ChaosWork(farm, seed);
        work.act();
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Throwable> trouble = new AtomicReference<>();
        Thread person =
            Thread.ofVirtual()
                .uncaughtExceptionHandler((_, e) -> trouble.set(e))
                .start(
                    () -> {
                      while (!over.get()) {
                        work.act();
                        pause(300);
                      }
                    });
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end && trouble.get() == null) {
          pause(200 + random.nextInt(800));
          cure(System.nanoTime());
          harm(farm, random);
        }
        over.set(true);
        cure(Long.MAX_VALUE);
        person.join();
        assertThat(trouble.get()).as("what the person met").isNull();
        Patience.until(
            Duration.ofSeconds(60),
            () -> "the server answers" + logs(farm),
            () -> farm.cli("whoami").code() == 0);
        Patience.until(
            Duration.ofMinutes(4),
            () -> "seed " + seed + ": all jobs end: " + work.unfinished() + logs(farm),
            work::isOver);
        System.out.println(
            "Chaos, seed "
                + seed
                + ", "
                + time.toSeconds()
                + " s: "
                + work.summary()
                + "; "
                + faults);
        work.audit(farm.folder);
        assertThat(faults).as("kinds of faults").hasSizeGreaterThan(4);
        for (String node : NODES) {
          farm.stop(node);
        }
        assertThat(farm.renderersAlive()).isEmpty();
      } finally {
        for (Tunnel tunnel : tunnels.values()) {
          tunnel.close();
        }
      }
    }
  }

  private void startNode(FarmProcesses farm, String node, Duration clock) throws IOException {
    Tunnel tunnel = new Tunnel(farm.port);
    tunnels.put(node, tunnel);
    ConnectionString invite = ConnectionString.parse(farm.invite("node"));
    Files.writeString(
        farm.folder.resolve(node + ".connection"),
        new ConnectionString(
                List.of(new ConnectionString.Address("127.0.0.1", tunnel.port())),
                invite.fingerprint(),
                invite.secret())
            .print());
    farm.turnClock(node, clock);
    farm.startNode(
        node, "--allow-commands", "--slots", "3", "--min-free", "1MB", "--cache-size", "64MB");
  }

  /** Who can be hurt: what has not recovered from the last fault is left alone. */
  private static Set<String> working(FarmProcesses farm) {
    try (FarmClient client = Audit.client(farm, IMPATIENT)) {
      Set<String> working = new TreeSet<>(Set.of("server"));
      for (Farm.Node node : client.nodes().nodes()) {
        if (node.state().equals("online")) {
          working.add(node.name());
        }
      }
      return working;
    } catch (FarmException e) {
      return Set.of();
    }
  }

  private void harm(FarmProcesses farm, SplittableRandom random) throws IOException {
    Set<String> working = working(farm);
    List<String> well = NODES.stream().filter(one -> working.contains(one) && isWell(one)).toList();
    List<String> choice = well.isEmpty() ? NODES : well;
    String node = choice.get(random.nextInt(choice.size()));
    Tunnel tunnel = Objects.requireNonNull(tunnels.get(node));
    long until = System.nanoTime() + random.nextLong(LONGEST_FAULT.toNanos());
    switch (random.nextInt(14)) {
      case 0, 1 -> {
        if (working.contains("server") && isWell("server")) {
          farm.kill("server");
          fault("server killed", "server", until, () -> farm.again("server"));
        }
      }
      case 2 -> {
        if (working.contains("server") && isWell("server")) {
          farm.stop("server");
          fault("server stopped", "server", until, () -> farm.again("server"));
        }
      }
      case 3, 4 -> {
        if (working.contains(node) && isWell(node)) {
          farm.kill(node);
          fault("node killed", node, until, () -> farm.again(node));
        }
      }
      case 5 -> {
        if (working.contains(node) && isWell(node)) {
          farm.turnClock(node, CLOCKS.get(random.nextInt(CLOCKS.size())));
          farm.stop(node);
          fault("node stopped, its clock turned", node, until, () -> farm.again(node));
        }
      }
      case 6 -> {
        if (working.contains(node) && isWell(node)) {
          signal(farm, node, "STOP");
          fault("node frozen", node, until, () -> signal(farm, node, "CONT"));
        }
      }
      case 7 -> line(tunnel, Tunnel.State.DOWN, node, until);
      case 8 -> line(tunnel, Tunnel.State.HALF_OPEN, node, until);
      case 9 -> line(tunnel, Tunnel.State.SLOW, node, until);
      case 10 -> {
        // One that is just starting would find no room to open its journal, and give up.
        if (working.contains("server") && isWell("server")) {
          farm.disk("server").fill();
          fault("server's disk full", "server", until, farm.disk("server")::empty);
        }
      }
      case 11 -> {
        if (working.contains("server") && isWell("server")) {
          farm.disk("server").fill();
          farm.kill("server");
          Cure cure =
              () -> {
                farm.disk("server").empty();
                farm.again("server");
              };
          fault("server killed, its disk full", "server", until, cure);
        }
      }
      case 12 -> {
        if (isWell("two")) {
          farm.disk("two").fill();
          fault("node's disk full", "two", until, farm.disk("two")::empty);
        }
      }
      default -> {
        tunnel.cut();
        faults.merge("connections cut", 1, Integer::sum);
      }
    }
  }

  private void line(Tunnel tunnel, Tunnel.State state, String node, long until) {
    if (isWell("line of " + node)) {
      tunnel.become(state);
      fault(
          "line " + state.name().toLowerCase(Locale.ROOT),
          "line of " + node,
          until,
          () -> tunnel.become(Tunnel.State.GOOD));
    }
  }

  private boolean isWell(String what) {
    return ills.stream().noneMatch(ill -> ill.what().equals(what));
  }

  private void fault(String name, String what, long until, Cure cure) {
    faults.merge(name, 1, Integer::sum);
    ills.add(new Ill(until, what, cure));
  }

  private void cure(long now) throws IOException {
    while (!ills.isEmpty() && ills.peek().until() <= now) {
      ills.poll().cure().apply();
    }
  }

  private static void signal(FarmProcesses farm, String name, String signal) {
    Run.of(
            Duration.ofSeconds(10),
            farm.folder,
            Map.of(),
            List.of("kill", "-" + signal, "" + farm.process(name).pid()))
        .expect(0);
  }

  private static String logs(FarmProcesses farm) {
    List<String> all = new ArrayList<>(List.of(""));
    for (String name : List.of("server", "one", "two", "three")) {
      List<String> lines = farm.logText(name).lines().toList();
      all.add("--- " + name);
      all.addAll(lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }
    return String.join("\n", all);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package blenderer.core;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.Look;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.PictureGrid;
import blenderer.model.RetryClass;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A node of the model: renders at random speed, keeps results until they are acknowledged. */
final class ModelNode {

  /** A lease at the node: what is still to be rendered of it, by index. */
  record Held(String job, Map<Integer, Decision.GrantedTask> left) {}

  final String id;
  int slots;
  final SplittableRandom random;
  final Map<Digest, byte[]> store;
  final Map<String, Held> held = new LinkedHashMap<>();
  final List<Event.Report> outbox = new ArrayList<>();
  String boot;
  long sequence = 0;
  int boots = 0;
  boolean alive = true;
  double faults;
  boolean quarantined = false;

  /** Values of the attribute {@code attr.custom.kind}. */
  List<String> kinds = List.of("a");

  ModelNode(
      String id, int slots, SplittableRandom random, Map<Digest, byte[]> store, double faults) {
    this.id = id;
    this.slots = slots;
    this.random = random;
    this.store = store;
    this.faults = faults;
    this.boot = id + "-boot0";
  }

  /** Killed and started again: leases are forgotten, the outbox is on disk. */
  void restart() {
    held.clear();
    boot = id + "-boot" + ++boots;
    sequence = 0;
    alive = true;
    quarantined = false;
  }

  /** Renders one task of each running lease. */
  void work() {
    int running = 0;
    for (Map.Entry<String, Held> lease : held.entrySet()) {
      if (running++ >= slots || lease.getValue().left().isEmpty()) {
        continue;
      }
      Decision.GrantedTask task = lease.getValue().left().values().iterator().next();
      lease.getValue().left().remove(task.index());
      outbox.add(result(lease.getKey(), lease.getValue().job(), task));
    }
  }

  private Event.Report result(String lease, String job, Decision.GrantedTask task) {
    if (random.nextDouble() < faults) {
      RetryClass retry =
          random.nextInt(8) == 0
              ? RetryClass.NEVER
              : random.nextBoolean() ? RetryClass.HERE : RetryClass.ELSEWHERE;
      return TestFarm.report(
          lease,
          task.index(),
          task.generation(),
          Outcome.FAILED,
          new Failure("render-error", "it broke", retry));
    }
    byte[] pixels = (job + "/" + task.index() + "/" + random.nextInt(3)).getBytes();
    Digest digest = Digest.of(pixels);
    store.put(digest, pixels);
    return new Event.Report(
        lease,
        task.index(),
        task.generation(),
        Outcome.SUCCEEDED,
        List.of(new Event.File("frame" + task.index(), digest, pixels.length)),
        null,
        null,
        1,
        2,
        null,
        null,
        null,
        random.nextBoolean() ? null : look(random.nextInt(3)));
  }

  private static Look look(int kind) {
    byte[] cells = new byte[PictureGrid.BYTES];
    Arrays.fill(cells, (byte) (100 * kind));
    return new Look("f", 16, 9, 0, kind == 0 ? 1 : 0, 0, 0, PictureGrid.of(cells), null);
  }

  Event.Synced sync(boolean leaving, long park) {
    int place = 0;
    List<Event.Held> list = new ArrayList<>();
    for (String lease : held.keySet()) {
      list.add(new Event.Held(lease, place++ < slots));
    }
    return new Event.Synced(
        id,
        boot,
        ++sequence,
        park,
        slots,
        leaving,
        leaving ? List.of() : list,
        List.copyOf(outbox),
        new Event.Facts(
            "1",
            "linux",
            2,
            1L << 30,
            List.of(TestFarm.BLENDER_34),
            List.of(TestFarm.TEMPLATE),
            new HostOffer(
                Map.of(HostNeeds.VCPU, BigDecimal.valueOf(2), "amount.custom.card", BigDecimal.ONE),
                Map.of("attr.custom.kind", kinds)),
            Permission.SCRIPTS,
            ""),
        quarantined ? new Event.SelfTest(random.nextDouble() < faults ? "bad" : null) : null);
  }

  /**
   * Makes the wanted state its own; an answer to an older request says only what is acknowledged.
   */
  void hear(Decision.Answer answer) {
    if (!answer.boot().equals(boot)) {
      return;
    }
    for (Decision.Ack ack : answer.acks()) {
      outbox.removeIf(
          report ->
              report.lease().equals(ack.lease())
                  && report.index() == ack.index()
                  && report.generation() == ack.generation());
    }
    if (answer.sequence() != sequence) {
      return;
    }
    quarantined = answer.wish() == NodeState.QUARANTINED;
    held.keySet()
        .removeIf(id -> answer.leases().stream().noneMatch(lease -> lease.lease().equals(id)));
    for (Decision.Wanted wanted : answer.leases()) {
      Decision.Grant grant = wanted.grant();
      if (grant != null && !held.containsKey(wanted.lease())) {
        Map<Integer, Decision.GrantedTask> left = new LinkedHashMap<>();
        grant.tasks().forEach(task -> left.put(task.index(), task));
        outbox.stream()
            .filter(report -> report.lease().equals(wanted.lease()))
            .forEach(report -> left.remove(report.index()));
        held.put(wanted.lease(), new Held(grant.job().id(), left));
      }
      Held mine = held.get(wanted.lease());
      if (mine != null) {
        mine.left().keySet().removeIf(index -> !wanted.wanted().contains(index));
      }
    }
  }
}

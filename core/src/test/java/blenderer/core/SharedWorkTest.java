package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What idle nodes get of others' work, and what is kept for work that needs much of a node. */
class SharedWorkTest {

  private static final String MEMORY = "amount.worker.memory";

  private final TestFarm farm = new TestFarm();
  private final Map<String, List<String>> held = new HashMap<>();
  private final Map<String, Integer> slots = new HashMap<>();

  /** The node calls with all it holds, and holds what it is told. */
  private List<Decision.Wanted> call(String node, Event.Report... reports) {
    int count = slots.getOrDefault(node, 1);
    long sequence = farm.sequences.merge(node, 1L, Long::sum);
    int place = 0;
    List<Event.Held> list = new ArrayList<>();
    for (String lease : held.getOrDefault(node, List.of())) {
      list.add(new Event.Held(lease, place++ < count));
    }
    Decision decision =
        farm.apply(
            new Event.Synced(
                node,
                "boot",
                sequence,
                0,
                count,
                false,
                list,
                List.of(reports),
                new Event.Facts(
                    "1",
                    "linux",
                    8,
                    1L << 34,
                    List.of(TestFarm.BLENDER_34),
                    List.of(TestFarm.TEMPLATE),
                    new HostOffer(
                        Map.of(
                            HostNeeds.VCPU,
                            BigDecimal.valueOf(8),
                            MEMORY,
                            BigDecimal.valueOf(16_000)),
                        Map.of()),
                    Permission.SCRIPTS,
                    "")));
    List<Decision.Wanted> leases = TestFarm.answerOf(decision, node).leases();
    held.put(node, leases.stream().map(Decision.Wanted::lease).toList());
    return leases;
  }

  private String first(String node) {
    return held.getOrDefault(node, List.of()).getFirst();
  }

  private static Event.Report took(String lease, int index, long millis) {
    return new Event.Report(
        lease,
        index,
        1,
        Outcome.SUCCEEDED,
        List.of(),
        null,
        null,
        0,
        millis,
        null,
        null,
        null,
        null);
  }

  private void submit(String id, int priority, int size, int chunk, int memory, Row.Cut cut) {
    Row.Step step = TestFarm.step(id, 0, size, chunk);
    HostNeeds needs =
        memory == 0
            ? HostNeeds.NONE
            : new HostNeeds(
                List.of(new HostNeeds.Amount(MEMORY, BigDecimal.valueOf(memory), null)), List.of());
    farm.apply(
        new Event.Submitted(
            TestFarm.job(id, priority),
            List.of(
                new Row.Step(
                    id,
                    0,
                    step.name(),
                    step.label(),
                    size,
                    chunk,
                    size,
                    List.of(),
                    step.state(),
                    step.withheld(),
                    new Row.Plan(needs, cut, 0, IndexRanges.empty(), Row.Probe.NONE),
                    null))));
  }

  private static List<IndexRanges> wanted(List<Decision.Wanted> leases) {
    return leases.stream().map(Decision.Wanted::wanted).toList();
  }

  @Test
  void a_node_is_not_told_of_a_lease_that_an_idle_one_has_taken_meanwhile() {
    farm.apply(
        new Event.Submitted(
            TestFarm.job("a", 50),
            List.of(TestFarm.step("a", 0, 1, 1), TestFarm.step("a", 1, 2, 1, 0))));
    String first = call("n1").getFirst().lease();
    farm.sync("n2", "boot", 25_000, List.of(), List.of());
    assertThat(wanted(call("n1", took(first, 0, 5)))).containsExactly(IndexRanges.of(0));
    assertThat(farm.task("a", 1).lease()).isNotEqualTo(first("n1"));
  }

  /** The first node works on tasks 0 to 5, the second has all others. */
  private String longLease() {
    submit("a", 50, 12, 6, 0, Row.Cut.SHRINKING);
    String lease = call("n1").getFirst().lease();
    call("n1");
    slots.put("n2", 8);
    call("n2");
    call("n1");
    assertThat(held.get("n2")).hasSize(6);
    assertThat(held.get("n1")).containsExactly(lease);
    return lease;
  }

  @Test
  void an_idle_node_gets_the_later_half_of_what_another_has_not_begun() {
    String lease = longLease();
    assertThat(call("n3")).as("nobody knows yet how long a task takes").isEmpty();
    call("n1", took(lease, 0, 20_000));
    assertThat(wanted(call("n3"))).containsExactly(IndexRanges.of(4), IndexRanges.of(5));
    assertThat(wanted(call("n1"))).containsExactly(IndexRanges.range(1, 3));
    assertThat(farm.task("a", 5).tries()).isZero();
  }

  @Test
  void what_is_soon_done_is_not_shared() {
    call("n1", took(longLease(), 0, 1_000));
    assertThat(call("n3")).isEmpty();
  }

  @Test
  void chunks_of_equal_parts_are_never_shared() {
    submit("a", 50, 6, 6, 0, Row.Cut.BALANCED);
    String lease = call("n1").getFirst().lease();
    call("n1", took(lease, 0, 60_000));
    assertThat(call("n2")).isEmpty();
  }

  private void endOneAndCall(String node, int index) {
    call(node, took(first(node), index, 10_000));
  }

  @Test
  void work_that_needs_much_of_a_node_is_not_kept_waiting_by_what_needs_little() {
    slots.put("n1", 2);
    submit("small", 50, 1_000, 1, 6_000, Row.Cut.SHRINKING);
    call("n1");
    call("n1");
    submit("big", 50, 1, 1, 12_000, Row.Cut.SHRINKING);
    // The big one is of another person, whose turn it is always.
    for (int index = 0;
        farm.rows(Row.Lease.class).stream().noneMatch(l -> l.job().equals("big")); ) {
      assertThat(index).as("small leases before the big one").isLessThan(40);
      farm.clock += 10_000;
      endOneAndCall("n1", index++);
    }
    assertThat(held.get("n1")).hasSize(1);
  }

  private boolean isKept() {
    return farm.scheduler.why("big").toString().contains("is kept free");
  }

  /** Four of the job's five tasks are done, and it is paused. */
  private void learnHowLongShortTasksTake() {
    submit("short", 50, 5, 1, 2_000, Row.Cut.SHRINKING);
    farm.apply(new Event.Changed("short", null, null, new Row.Terms(1, null, List.of())));
    call("n1");
    for (int index = 0; index < 3; index++) {
      call("n1", took(first("n1"), index, 2_000));
    }
    farm.apply(new Event.Paused("short"));
    call("n1", took(first("n1"), 3, 2_000));
    assertThat(held.get("n1")).isEmpty();
  }

  @Test
  void a_node_that_is_kept_for_large_work_does_what_ends_before_it_is_free() {
    learnHowLongShortTasksTake();
    slots.put("n1", 2);
    submit("long", 50, 8, 1, 6_000, Row.Cut.SHRINKING);
    call("n1");
    for (int index = 0; index < 6; index += 2) {
      farm.clock += 300_000;
      List<String> both = List.copyOf(held.getOrDefault("n1", List.of()));
      call("n1", took(both.get(0), index, 300_000), took(both.get(1), index + 1, 300_000));
      call("n1");
    }
    submit("big", 50, 1, 1, 12_000, Row.Cut.SHRINKING);
    farm.clock += 10_000;
    call("n1", took(first("n1"), 6, 300_000));
    for (int i = 0; i < 8; i++) {
      farm.clock += 10_000;
      call("n1");
    }
    assertThat(isKept()).isTrue();
    submit("unknown", 50, 3, 1, 2_000, Row.Cut.SHRINKING);
    assertThat(call("n1")).as("nobody knows how long that takes").hasSize(1);
    farm.apply(new Event.Cancelled("unknown"));
    farm.apply(new Event.Resumed("short"));
    assertThat(call("n1")).as("it ends in time").hasSize(2);
    assertThat(isKept()).isTrue();
  }

  @Test
  void urgent_work_gets_a_slot_at_the_next_frame_where_an_admin_said_so() {
    submit("a", 50, 12, 6, 0, Row.Cut.SHRINKING);
    call("n1");
    call("n1");
    submit("b", 90, 1, 1, 0, Row.Cut.SHRINKING);
    assertThat(wanted(call("n1")).getFirst()).as("nobody said so").hasToString("0-5");
    farm.apply(new Event.LimitSet(Caps.PREEMPTING_PRIORITY, BigDecimal.valueOf(80)));
    List<Decision.Wanted> leases = call("n1");
    assertThat(wanted(leases)).containsExactly(IndexRanges.of(0), IndexRanges.of(0));
    assertThat(farm.task("a", 1).tries()).isZero();
    assertThat(wanted(call("n1", took(leases.getFirst().lease(), 0, 1_000))).getFirst())
        .as("the urgent job has the slot")
        .isEqualTo(IndexRanges.of(0));
    assertThat(farm.task("b", 0).lease()).isEqualTo(first("n1"));
  }

  @Test
  void a_node_that_gets_a_slot_gives_back_what_is_too_much_for_both() {
    submit("a", 50, 2, 1, 10_000, Row.Cut.SHRINKING);
    assertThat(call("n1")).hasSize(2);
    slots.put("n1", 2);
    assertThat(call("n1")).hasSize(1);
    assertThat(farm.task("a", 1).tries()).isZero();
  }
}

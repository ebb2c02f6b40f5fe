package blenderer.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.NodeSync;
import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.journal.FarmLog;
import blenderer.journal.MemoryFarmLog;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.NodeState;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.server.scheduling.EventFeed;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.scheduling.Publication;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FarmHistoryTest {

  private static final long FIVE = FarmLog.BUCKET_MILLIS;

  private final AtomicLong now = new AtomicLong(10 * FIVE);
  private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());
  private final LiveFarm farm = new LiveFarm(new EventFeed());
  private final MemoryFarmLog log = new MemoryFarmLog();
  private final FarmHistory history = new FarmHistory(farm, log, clock);
  private final Publication told = history.beside(farm);

  private void start() {
    Row.Node node =
        new Row.Node(
            "n1",
            NodeState.ONLINE,
            4,
            "1",
            "linux",
            4,
            1,
            List.of(),
            List.of(),
            null,
            HostOffer.NONE,
            Permission.SCRIPTS,
            "",
            null);
    told.loaded(new Journal.Snapshot(0, List.of(), List.of(), List.of(node), List.of()));
    told.online(Set.of("n1"));
  }

  private static Row.Lease lease(String id, boolean started) {
    return new Row.Lease(id, "n1", "01a", 0, IndexRanges.of(0), 0, started);
  }

  private static Row.Attempt attempt(int index, Outcome outcome) {
    return new Row.Attempt(
        "l", "01a", 0, index, 1, 1, "n1", outcome, null, null, 0, 1, null, null, null);
  }

  private void pass(long millis) {
    for (long left = millis; left > 0; left -= 10_000) {
      now.addAndGet(10_000);
      history.sample();
    }
  }

  @Test
  void slots_that_are_there_and_busy_add_up_over_time() {
    start();
    told.committed(1, List.of(lease("a", false), lease("prefetched", false)));
    // That a node has begun is in no row: it says so.
    farm.heard(
        "n1",
        now.get(),
        null,
        List.of(
            new NodeSync.HeldLease("a", true, List.of()),
            new NodeSync.HeldLease("prefetched", false, List.of())));
    pass(60_000);
    told.committed(
        2,
        List.of(
            attempt(0, Outcome.SUCCEEDED),
            attempt(1, Outcome.LOST),
            attempt(2, Outcome.CANCELLED),
            new Row.LeaseEnded("a")));
    pass(60_000);
    assertThat(log.buckets(0, Long.MAX_VALUE, FIVE))
        .containsExactly(new FarmLog.Bucket(10 * FIVE, 480_000, 60_000, 1, 1));
  }

  @Test
  void what_is_not_written_yet_is_told_with_the_rest() {
    start();
    told.committed(1, List.of(attempt(0, Outcome.SUCCEEDED)));
    assertThat(log.buckets(0, Long.MAX_VALUE, FIVE)).isEmpty();
    assertThat(history.live().buckets(0, Long.MAX_VALUE, FIVE))
        .containsExactly(new FarmLog.Bucket(10 * FIVE, 0, 0, 1, 0));
    pass(60_000);
    told.committed(2, List.of(attempt(1, Outcome.FAILED)));
    assertThat(history.live().buckets(0, Long.MAX_VALUE, 10 * FIVE))
        .containsExactly(new FarmLog.Bucket(10 * FIVE, 4 * 60_000, 0, 1, 1));
    assertThat(history.live().buckets(0, 9 * FIVE, FIVE)).isEmpty();
    history.write();
    assertThat(history.live().buckets(0, Long.MAX_VALUE, FIVE))
        .isEqualTo(log.buckets(0, Long.MAX_VALUE, FIVE));
  }

  @Test
  void each_five_minutes_stand_for_themselves_and_the_end_is_written() {
    start();
    pass(FIVE);
    pass(20_000);
    history.write();
    List<FarmLog.Bucket> buckets = log.buckets(0, Long.MAX_VALUE, FIVE);
    assertThat(buckets).extracting(FarmLog.Bucket::at).containsExactly(10 * FIVE, 11 * FIVE);
    assertThat(buckets.getFirst().online()).isEqualTo(4 * FIVE);
    assertThat(buckets.getLast().online()).isEqualTo(80_000);
  }

  @Test
  void a_computer_that_slept_was_no_farm_meanwhile() {
    start();
    now.addAndGet(8 * FIVE);
    history.sample();
    history.write();
    assertThat(
            log.buckets(0, Long.MAX_VALUE, FIVE).stream().mapToLong(FarmLog.Bucket::online).sum())
        .isEqualTo(4 * 60_000);
  }
}

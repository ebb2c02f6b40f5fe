package blenderer.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Run other seeds with {@code -Dsim.first=N} and {@code -Dsim.seeds=N}. */
class FaultSearchTest {

  private static final int FEW = 300;
  private static final int MANY = 10_000;

  @Test
  void no_frame_is_lost_and_none_counts_twice_in_hundreds_of_farms() throws Exception {
    assertThat(broken(0, FEW)).isEmpty();
  }

  @Test
  @Tag("slow")
  void no_frame_is_lost_and_none_counts_twice_in_ten_thousand_farms() throws Exception {
    assertThat(broken(Long.getLong("sim.first", FEW), Long.getLong("sim.seeds", MANY))).isEmpty();
  }

  @Test
  void the_same_seed_runs_the_same_way() {
    for (long seed = 0; seed < 20; seed++) {
      FaultSearch.Ran first = FaultSearch.run(seed, null);
      FaultSearch.Ran second = FaultSearch.run(seed, null);
      assertThat(second.events()).isEqualTo(first.events());
      assertThat(second.virtualMillis()).isEqualTo(first.virtualMillis());
    }
  }

  @Test
  void farms_are_of_many_sizes_and_stay_small() {
    List<Integer> events = new ArrayList<>();
    for (long seed = 0; seed < 100; seed++) {
      events.add(FaultSearch.run(seed, null).events());
    }
    assertThat(events.stream().mapToInt(Integer::intValue).average().orElse(0))
        .isBetween(400.0, 2_000.0);
  }

  /** The first few seeds that broke something, made small. */
  private static List<FaultSearch.Found> broken(long first, long seeds)
      throws InterruptedException, ExecutionException {
    AtomicLong next = new AtomicLong(first);
    List<FaultSearch.Found> found = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<List<FaultSearch.Found>>> parts = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        parts.add(threads.submit(() -> broken(next, first + seeds)));
      }
      for (Future<List<FaultSearch.Found>> part : parts) {
        found.addAll(part.get());
      }
    }
    return found;
  }

  private static List<FaultSearch.Found> broken(AtomicLong next, long end) {
    List<FaultSearch.Found> found = new ArrayList<>();
    for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
      FaultSearch.run(seed, null).found().map(FaultSearch::shrink).ifPresent(found::add);
      if (found.size() >= 2) {
        next.set(end);
      }
    }
    return found;
  }
}

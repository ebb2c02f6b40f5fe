package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What people and projects get, measured on a farm in virtual time. */
class SharesTest {

  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;

  private final TimedFarm farm = new TimedFarm(100, 5 * SECOND);

  /** What ann had of what ann and ben had, in each minute. */
  private List<Double> annsShares(long fromMinute, long toMinute) {
    List<Double> shares = new ArrayList<>();
    for (long minute = fromMinute; minute < toMinute; minute++) {
      double ann = farm.slotMillis("ann", minute * MINUTE, (minute + 1) * MINUTE);
      double ben = farm.slotMillis("ben", minute * MINUTE, (minute + 1) * MINUTE);
      shares.add(ann / (ann + ben));
    }
    return shares;
  }

  @Test
  void two_people_get_the_same_whoever_has_a_hundred_times_as_many_jobs() {
    farm.submit("a", "ann", "default", 50, 20_000);
    for (int job = 0; job < 100; job++) {
      farm.submit("b" + job, "ben", "default", 50, 200);
    }
    farm.run(5 * MINUTE);
    assertThat(annsShares(0, 5))
        .allSatisfy(share -> assertThat(share).isCloseTo(0.5, within(0.025)));
    // Any minute, not only those of the clock.
    for (long from = 7 * SECOND; from < 4 * MINUTE; from += 11 * SECOND) {
      assertThat(
              farm.slotMillis("ann", from, from + MINUTE)
                  / farm.slotMillis("ben", from, from + MINUTE))
          .isCloseTo(1, within(0.05));
    }
  }

  @Test
  void who_comes_later_is_level_from_the_first_minute_on_and_not_before() {
    farm.submit("a", "ann", "default", 50, 20_000);
    farm.run(10 * MINUTE);
    farm.submit("b", "ben", "default", 50, 20_000);
    farm.run(14 * MINUTE);
    // What was prepared for ann still runs.
    for (long from = 10 * MINUTE + 5 * SECOND; from < 13 * MINUTE; from += 7 * SECOND) {
      assertThat(
              farm.slotMillis("ann", from, from + MINUTE)
                  / farm.slotMillis("ben", from, from + MINUTE))
          .isCloseTo(1, within(0.05));
    }
  }

  @Test
  void weights_divide_the_farm() {
    farm.apply(new Event.LimitSet("share.person.ann", BigDecimal.valueOf(3)));
    farm.submit("a", "ann", "default", 50, 20_000);
    farm.submit("b", "ben", "default", 50, 20_000);
    farm.run(4 * MINUTE);
    assertThat(annsShares(1, 4))
        .allSatisfy(share -> assertThat(share).isCloseTo(0.75, within(0.03)));
  }

  @Test
  void projects_share_first_and_their_people_within_them() {
    farm.submit("a", "ann", "film", 50, 20_000);
    farm.submit("b", "ben", "film", 50, 20_000);
    farm.submit("c", "cid", "advert", 50, 20_000);
    farm.run(3 * MINUTE);
    double ann = farm.slotMillis("ann", MINUTE, 3 * MINUTE);
    double ben = farm.slotMillis("ben", MINUTE, 3 * MINUTE);
    double cid = farm.slotMillis("cid", MINUTE, 3 * MINUTE);
    double all = DoubleStream.of(ann, ben, cid).sum();
    assertThat(cid / all).isCloseTo(0.5, within(0.03));
    assertThat(ann / all).isCloseTo(0.25, within(0.03));
  }

  @Test
  void long_frames_and_short_ones_get_the_same_time() {
    farm.submit("a", "ann", "default", 50, 20_000);
    farm.submit("b", "ben", "default", 50, 20_000);
    farm.lasts("b", 20 * SECOND);
    farm.run(8 * MINUTE);
    double ann = farm.slotMillis("ann", 2 * MINUTE, 8 * MINUTE);
    double ben = farm.slotMillis("ben", 2 * MINUTE, 8 * MINUTE);
    assertThat(ann / (ann + ben)).isCloseTo(0.5, within(0.025));
  }

  @Test
  void an_urgent_jobs_first_frame_starts_within_the_time_of_one_task() {
    farm.submit("a", "ann", "default", 50, 20_000);
    farm.run(MINUTE + 1_234);
    farm.submit("u", "ben", "default", 90, 50);
    farm.run(2 * MINUTE);
    assertThat(farm.firstStart("u") - (MINUTE + 1_234)).isLessThanOrEqualTo(5 * SECOND);
  }

  @Test
  void nobody_has_more_slots_than_the_farms_limit_says_and_why_names_it() {
    farm.apply(new Event.LimitSet("slots.person.ann", BigDecimal.valueOf(30)));
    farm.submit("a", "ann", "default", 50, 20_000);
    farm.run(MINUTE);
    assertThat(farm.slotMillis("ann", 0, MINUTE)).isLessThanOrEqualTo(30 * MINUTE);
    assertThat(farm.slotMillis("ann", 0, MINUTE)).isGreaterThan(29 * MINUTE);
    assertThat(farm.scheduler.why("a"))
        .containsExactly("'ann' has 30 slots now; the farm's limit slots.person.ann is 30.");
  }

  @Test
  void why_says_who_is_next_and_what_each_has_had() {
    farm.submit("a", "ann", "default", 50, 20_000);
    farm.submit("b", "ben", "default", 50, 20_000);
    farm.submit("c", "ben", "default", 70, 20_000);
    farm.run(MINUTE);
    assertThat(farm.scheduler.why("a"))
        .contains("Job 'shot c' goes first: its priority is 70, this job's 50.");
    farm.apply(new Event.Cancelled("c"));
    farm.run(MINUTE + SECOND);
    Map<String, List<String>> why = new HashMap<>();
    List.of("a", "b").forEach(job -> why.put(job, farm.scheduler.why(job)));
    assertThat(why.toString())
        .containsAnyOf("'ann' is next: 'ann' has had", "'ben' is next: 'ben'");
  }

  @Test
  void what_was_used_long_ago_is_forgotten_by_half_every_ten_minutes() {
    farm.submit("a", "ann", "default", 50, 1_200);
    farm.run(2 * MINUTE);
    Account ann = farm.scheduler.farm.shares.of(TestFarm.job("x", 50));
    double before = farm.scheduler.farm.shares.usedMillis(ann, 2 * MINUTE);
    assertThat(before).isGreaterThan(80 * MINUTE);
    assertThat(farm.scheduler.farm.shares.usedMillis(ann, 12 * MINUTE))
        .isCloseTo(before / 2, within(1.0));
    // Far later the units are others and the order is the same.
    farm.sleep(30L * 24 * 60 * MINUTE);
    farm.submit("late", "ann", "default", 50, 10);
    farm.run(30L * 24 * 60 * MINUTE + MINUTE);
    assertThat(farm.scheduler.farm.jobs).isEmpty();
    assertThat(ann.used).isFinite();
  }
}

package blenderer.core;

import org.junit.jupiter.api.Test;

/** Replay one seed with {@code -Dmodel.seed=N}; run more with {@code -Dmodel.seeds=N}. */
class SchedulerModelTest {

  private static final int STEPS = 400;

  @Test
  void no_frame_is_lost_and_none_counts_twice_whatever_crashes() {
    Long only = Long.getLong("model.seed");
    long first = only == null ? 0 : only;
    long last = only == null ? Integer.getInteger("model.seeds", 300) : only + 1;
    for (long seed = first; seed < last; seed++) {
      try {
        FarmModel model = new FarmModel(seed);
        for (int step = 0; step < STEPS; step++) {
          model.step();
        }
        model.heal();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed "
                + seed
                + " broke the farm; replay: mvn test -pl core -am"
                + " -Dtest=SchedulerModelTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dmodel.seed="
                + seed,
            e);
      }
    }
  }
}

package blenderer.node.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProbationTest {

  private final BlockingQueue<Optional<String>> outcomes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();

  private Probation probation() {
    return new Probation(
        outcomes::take, () -> told.add(true), Duration.ofMillis(1), Duration.ofMillis(2));
  }

  private void awaitTold() throws InterruptedException {
    assertThat(told.poll(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void it_tests_in_quarantine_until_it_passes_and_forgets_the_result_outside() throws Exception {
    try (Probation probation = probation()) {
      probation.quarantined(false);
      assertThat(probation.result()).isNull();
      probation.quarantined(true);
      probation.quarantined(true);
      outcomes.add(Optional.of("the picture is wrong"));
      awaitTold();
      assertThat(probation.result()).isEqualTo(new Probation.Result("the picture is wrong"));
      outcomes.add(Optional.empty());
      awaitTold();
      assertThat(probation.result()).isEqualTo(new Probation.Result(null));
      probation.quarantined(false);
      assertThat(probation.result()).isNull();
    }
  }

  @Test
  void a_test_of_an_earlier_quarantine_tells_nothing() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Probation.Test stubborn =
        () -> {
          begun.countDown();
          while (true) {
            try {
              go.await();
              return Optional.of("late");
            } catch (InterruptedException e) {
              // It does not hear that it is over.
            }
          }
        };
    try (Probation probation =
        new Probation(stubborn, () -> told.add(true), Duration.ofMillis(1), Duration.ofMillis(1))) {
      probation.quarantined(true);
      begun.await();
      probation.quarantined(false);
      go.countDown();
      assertThat(told.poll(200, TimeUnit.MILLISECONDS)).isNull();
      assertThat(probation.result()).isNull();
    }
  }
}

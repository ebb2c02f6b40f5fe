package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.journal.ClaimStore.Claim;
import blenderer.model.JobState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every store of claims must do, together with the journal that it watches. */
abstract class ClaimContract {

  abstract ClaimStore claims();

  abstract Journal journal();

  @Test
  void a_repeat_before_the_job_is_written_gets_the_same_id() {
    assertThat(claims().claim("ada", "key", "body", "01a", 0)).isEqualTo(new Claim.Create("01a"));
    assertThat(claims().claim("ada", "key", "body", "01b", 5)).isEqualTo(new Claim.Create("01a"));
  }

  @Test
  void a_repeat_after_the_job_is_written_knows_it_even_when_it_is_deleted() {
    claims().claim("ada", "key", "body", "01a", 0);
    journal().commit(1, List.of(Samples.job("01a", JobState.WAITING)));
    assertThat(claims().claim("ada", "key", "body", "01b", 5)).isEqualTo(new Claim.Created("01a"));
    journal().commit(2, List.of(new Row.JobDeleted("01a")));
    assertThat(claims().claim("ada", "key", "body", "01b", 5)).isEqualTo(new Claim.Created("01a"));
  }

  @Test
  void another_body_under_the_same_key_is_refused() {
    claims().claim("ada", "key", "body", "01a", 0);
    assertThat(claims().claim("ada", "key", "other", "01b", 5)).isEqualTo(new Claim.OtherBody());
  }

  @Test
  void keys_of_different_people_do_not_meet() {
    claims().claim("ada", "key", "body", "01a", 0);
    assertThat(claims().claim("bo", "key", "other", "01b", 5)).isEqualTo(new Claim.Create("01b"));
  }

  @Test
  void a_key_is_forgotten_after_a_day() {
    claims().claim("ada", "key", "body", "01a", 0);
    assertThat(claims().claim("ada", "key", "other", "01b", ClaimStore.KEPT_MILLIS - 1))
        .isEqualTo(new Claim.OtherBody());
    assertThat(claims().claim("ada", "key", "other", "01b", ClaimStore.KEPT_MILLIS))
        .isEqualTo(new Claim.Create("01b"));
  }
}

package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.journal.AuditLog.Entry;
import blenderer.journal.AuditLog.Numbered;
import org.junit.jupiter.api.Test;

/** What every audit log must do. */
abstract class AuditContract {

  abstract AuditLog audit();

  static Entry entry(String person, long at) {
    return new Entry(
        at, person, "artist", "10.0.0.1", "RUN_JOBS", "POST /v1/jobs", "{}", 409, "job-exists");
  }

  @Test
  void entries_come_newest_first_and_page_by_page() {
    for (int i = 1; i <= 5; i++) {
      audit().add(entry("ada", i));
    }
    assertThat(audit().entries(null, null, 2))
        .containsExactly(new Numbered(5, entry("ada", 5)), new Numbered(4, entry("ada", 4)));
    assertThat(audit().entries(null, 4L, 10))
        .extracting(Numbered::number)
        .containsExactly(3L, 2L, 1L);
  }

  @Test
  void only_those_of_one_person_can_be_asked_for() {
    audit().add(entry("ada", 1));
    audit().add(entry("ben", 2));
    assertThat(audit().entries("ada", null, 10)).extracting(Numbered::number).containsExactly(1L);
  }

  @Test
  void old_entries_are_forgotten_and_no_number_is_given_twice() {
    audit().add(entry("ada", 10));
    audit().add(entry("ada", 20));
    audit().add(entry("ada", 30));
    assertThat(audit().forget(30)).isEqualTo(2);
    audit().add(entry("ada", 40));
    assertThat(audit().entries(null, null, 10))
        .extracting(Numbered::number)
        .containsExactly(4L, 3L);
  }
}

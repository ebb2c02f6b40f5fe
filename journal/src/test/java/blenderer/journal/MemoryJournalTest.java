package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.core.Film;
import blenderer.core.History;
import blenderer.core.Journal;
import blenderer.core.MemoryJournal;
import blenderer.model.JobState;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryJournalTest extends JournalContract {

  private final MemoryJournal journal = new MemoryJournal();

  @Override
  Journal journal() {
    return journal;
  }

  @Override
  Film film() {
    return journal;
  }

  @Override
  History history() {
    return journal;
  }

  @Test
  void a_commit_that_shall_fail_writes_nothing_and_the_next_one_works() {
    journal.failNextCommit();
    assertThatThrownBy(() -> journal.commit(1, List.of(Samples.job("01a", JobState.WAITING))))
        .isInstanceOf(Journal.JournalException.class);
    assertThat(journal.revision()).isZero();
    journal.commit(1, List.of(Samples.job("01a", JobState.WAITING)));
    assertThat(journal.commits()).isEqualTo(1);
    assertThat(journal.wasSubmitted("01a")).isTrue();
  }
}

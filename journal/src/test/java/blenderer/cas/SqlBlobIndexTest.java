package blenderer.cas;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.core.Row;
import blenderer.journal.Database;
import blenderer.model.Digest;
import blenderer.model.JobState;
import blenderer.model.Permission;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the content store's index, and what the record knows beyond it. */
final class SqlBlobIndexTest extends BlobIndexContract {

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = Database.open(folder.resolve("journal.db"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  BlobIndex index() {
    return database.blobs();
  }

  private static Row.Job job(String id, Digest... inputs) {
    return new Row.Job(
        id,
        "shot",
        "ada",
        "film",
        50,
        JobState.DONE,
        1,
        null,
        null,
        null,
        digest(1),
        null,
        Map.of(),
        List.of(),
        Map.of(),
        List.of(inputs),
        Permission.TEMPLATES,
        false,
        List.of(),
        Row.Terms.NONE);
  }

  @Test
  void a_blob_that_a_job_needs_is_kept_until_the_job_is_deleted() {
    for (int i = 1; i <= 4; i++) {
      index().add(new BlobRow(digest(i), 1, 0, 0));
    }
    database
        .journal()
        .commit(
            1,
            List.of(
                job("01a", digest(1), digest(2)),
                job("01b", digest(2)),
                new Row.Output("01a", 0, 0, 1, "a.png", digest(3), 1, 1)));
    List<Digest> all = List.of(digest(1), digest(2), digest(3), digest(4));
    assertThat(database.references().unreferenced(all)).containsExactly(digest(4));
    assertThat(database.references().digestsOf("01a"))
        .isEqualTo(Set.of(digest(1), digest(2), digest(3)));
    assertThat(index().removeUnheld(all, 10)).containsExactly(digest(4));
    database.journal().commit(2, List.of(new Row.JobDeleted("01a")));
    assertThat(database.references().digestsOf("01a")).isEmpty();
    assertThat(index().removeUnheld(all, 10)).isEqualTo(Set.of(digest(1), digest(3)));
    assertThat(index().find(all)).containsOnlyKeys(digest(2));
  }

  @Test
  void rows_survive_closing_and_opening() {
    index().add(new BlobRow(digest(7), 5, 1, 2));
    database.close();
    open();
    assertThat(index().list(null, 10)).containsExactly(new BlobRow(digest(7), 5, 1, 2));
  }
}

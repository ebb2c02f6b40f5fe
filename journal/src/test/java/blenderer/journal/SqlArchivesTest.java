package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqlArchivesTest extends ArchiveContract {

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
  ArchiveStore archives() {
    return database.archives();
  }

  @Test
  void blob_of_an_archive_is_needed_until_the_archive_is_removed() {
    Digest blob = archive("a", 10).digest();
    archives().add(archive("a", 10));
    assertThat(database.references().unreferenced(List.of(blob))).isEmpty();
    archives().remove(blob);
    assertThat(database.references().unreferenced(List.of(blob))).isEqualTo(Set.of(blob));
  }

  @Test
  void what_was_added_outlives_the_server() {
    archives().add(archive("a", 10));
    database.close();
    database = Database.open(folder.resolve("journal.db"));
    assertThat(archives().all()).containsExactly(archive("a", 10));
  }
}

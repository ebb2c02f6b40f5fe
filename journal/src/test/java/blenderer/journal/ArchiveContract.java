package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.journal.ArchiveStore.Archive;
import blenderer.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every store of archives must do. */
abstract class ArchiveContract {

  abstract ArchiveStore archives();

  static Archive archive(String name, long addedAt) {
    return new Archive(
        Digest.of(name.getBytes(StandardCharsets.UTF_8)),
        name + ".tar.xz",
        "blender",
        "4.2.3",
        List.of("cycles", "eevee"),
        "b".repeat(64),
        "linux",
        "x86_64",
        300,
        1000,
        "ada",
        addedAt);
  }

  @Test
  void what_was_added_is_there_oldest_first() {
    archives().add(archive("new", 20));
    archives().add(archive("old", 10));
    assertThat(archives().all()).containsExactly(archive("old", 10), archive("new", 20));
  }

  @Test
  void one_of_the_same_digest_stays_as_it_was_first_added() {
    archives().add(archive("a", 10));
    archives().add(archive("a", 99));
    assertThat(archives().all()).containsExactly(archive("a", 10));
  }

  @Test
  void what_was_removed_is_gone_and_can_be_added_again() {
    archives().add(archive("a", 10));
    assertThat(archives().remove(archive("a", 10).digest())).isTrue();
    assertThat(archives().remove(archive("a", 10).digest())).isFalse();
    assertThat(archives().all()).isEmpty();
    archives().add(archive("a", 11));
    assertThat(archives().all()).hasSize(1);
  }
}

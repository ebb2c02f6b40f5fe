package blenderer.cas;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Digest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FreshRowsTest extends BlobIndexContract {

  private static final Digest ONE = Digest.of(new byte[] {1});

  private long now = 1_000_000;
  private final InstantSource clock = () -> Instant.ofEpochMilli(now);

  @Override
  BlobIndex index() {
    return new FreshRows(new MemoryBlobIndex(), InstantSource.system());
  }

  @Test
  void what_was_just_added_is_known_without_asking_and_only_for_a_while() {
    MemoryBlobIndex database = new MemoryBlobIndex();
    FreshRows rows = new FreshRows(database, clock);
    rows.add(new BlobRow(ONE, 1, now, now + 5));
    database.forget(ONE);
    assertThat(rows.find(List.of(ONE))).containsKey(ONE);
    now += FreshRows.REMEMBERED.toMillis();
    assertThat(rows.find(List.of(ONE))).isEmpty();
  }

  @Test
  void what_is_gone_is_not_remembered() {
    FreshRows rows = new FreshRows(new MemoryBlobIndex(), clock);
    rows.add(new BlobRow(ONE, 1, now, now + 5));
    assertThat(rows.removeUnheld(List.of(ONE), now + 6)).containsExactly(ONE);
    assertThat(rows.find(List.of(ONE))).isEmpty();
    rows.add(new BlobRow(ONE, 1, now, now + 5));
    rows.forget(ONE);
    assertThat(rows.find(List.of(ONE))).isEmpty();
  }
}

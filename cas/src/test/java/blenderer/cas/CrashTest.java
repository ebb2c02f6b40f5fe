package blenderer.cas;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.cas.StoreResult.Opened;
import blenderer.cas.StoreResult.Stored;
import blenderer.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes a picture of disk and index at every step of a run, as a killed process would leave them,
 * and goes on from each picture.
 */
final class CrashTest {

  private static final Uploader ANN = Uploader.person("ann");
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
  private static final InstantSource LATER = InstantSource.offset(CLOCK, ContentStore.HOLD);

  private record Picture(Step step, Path root, List<BlobRow> rows) {
    ContentStore open(MemoryBlobIndex index) {
      rows.forEach(index::add);
      return ContentStore.open(root, index, new SpaceGuard(0, 0, () -> Long.MAX_VALUE), CLOCK);
    }
  }

  @TempDir Path dir;

  private final MemoryBlobIndex index = new MemoryBlobIndex();
  private final List<Picture> pictures = new ArrayList<>();

  private int taken;

  private ContentStore recorded(InstantSource clock) {
    return ContentStore.open(
        dir.resolve("live"),
        index,
        new SpaceGuard(0, 0, () -> Long.MAX_VALUE),
        clock,
        this::takePicture);
  }

  private void takePicture(Step step) throws IOException {
    Path live = dir.resolve("live");
    Path copy = dir.resolve("picture" + taken++);
    try (Stream<Path> all = Files.walk(live)) {
      for (Path path : all.toList()) {
        Files.copy(path, copy.resolve(live.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    pictures.add(new Picture(step, copy, index.list(null, BlobIndex.BATCH)));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8));
    }
    return bytes;
  }

  private static InputStream from(byte[] bytes, long at) {
    return new ByteArrayInputStream(bytes, (int) at, bytes.length - (int) at);
  }

  /** INV-4 and the row's promise, then that the same upload ends well from here. */
  private static void assertGoesOn(Picture picture, byte[] bytes) throws IOException {
    Digest digest = Digest.of(bytes);
    MemoryBlobIndex rows = new MemoryBlobIndex();
    ContentStore store = picture.open(rows);
    String at = "killed at " + picture.step() + " of " + picture.root().getFileName();
    for (BlobRow row : picture.rows()) {
      assertThat(store.files().verify(row.digest())).as(at).isTrue();
    }
    assertThat(store.sweep().lost()).as(at).isEmpty();
    if (store.openUpload(digest, bytes.length, ANN) instanceof Opened(Upload upload)) {
      long received = upload.received();
      store.write(upload.id(), received, from(bytes, received), bytes.length - received);
      assertThat(store.commit(upload.id())).as(at).isEqualTo(new Stored(digest, bytes.length));
    }
    assertThat(store.verify(digest)).as(at).isTrue();
    assertThat(store.sweep()).as(at).isEqualTo(new SweepReport(0, 0, 0, List.of()));
    try (Stream<Path> all = Files.walk(picture.root())) {
      assertThat(all.filter(Files::isRegularFile)).as(at).contains(store.files().path(digest));
    }
    assertThat(Disk.list(picture.root().resolve("temp"))).as(at).isEmpty();
  }

  private Set<Step> steps() {
    EnumSet<Step> steps = EnumSet.noneOf(Step.class);
    pictures.forEach(picture -> steps.add(picture.step()));
    return steps;
  }

  @Test
  void an_upload_killed_at_any_step_goes_on() throws IOException {
    byte[] bytes = bytes(700_000);
    ContentStore store = recorded(CLOCK);
    Upload upload = ((Opened) store.openUpload(Digest.of(bytes), bytes.length, ANN)).upload();
    store.write(upload.id(), 0, from(bytes, 0), 400_000);
    store.write(upload.id(), 400_000, from(bytes, 400_000), 300_000);
    store.commit(upload.id());
    assertThat(steps())
        .contains(
            Step.UPLOAD_NOTED,
            Step.BYTES_WRITTEN,
            Step.BYTES_SYNCED,
            Step.RENAMED,
            Step.FOLDER_SYNCED,
            Step.ROW_ADDED);
    for (Picture picture : pictures) {
      assertGoesOn(picture, bytes);
    }
  }

  @Test
  void a_put_killed_at_any_step_can_be_repeated() throws IOException {
    byte[] bytes = bytes(600_000);
    recorded(CLOCK).put(bytes, ANN);
    assertThat(steps()).contains(Step.BYTES_WRITTEN, Step.BYTES_SYNCED, Step.ROW_ADDED);
    for (Picture picture : pictures) {
      assertGoesOn(picture, bytes);
    }
  }

  @Test
  void a_delete_killed_at_any_step_leaves_no_row_without_a_file() throws IOException {
    byte[] bytes = bytes(1000);
    recorded(CLOCK).put(bytes, ANN);
    pictures.clear();
    recorded(LATER).delete(List.of(Digest.of(bytes)));
    assertThat(steps()).containsExactly(Step.ROW_REMOVED, Step.FILE_DELETED);
    for (Picture picture : pictures) {
      assertGoesOn(picture, bytes);
    }
  }

  @Test
  void leftovers_of_a_killed_put_are_taken_away() throws IOException {
    byte[] bytes = bytes(1000);
    recorded(CLOCK).put(bytes, ANN);
    Picture written = pictures.getFirst();
    assertThat(Disk.list(written.root().resolve("temp"))).hasSize(1);
    written.open(new MemoryBlobIndex());
    assertThat(Disk.list(written.root().resolve("temp"))).isEmpty();
    Picture renamed =
        pictures.stream().filter(p -> p.step() == Step.RENAMED).findFirst().orElseThrow();
    assertThat(renamed.open(new MemoryBlobIndex()).sweep())
        .isEqualTo(new SweepReport(1, 1000, 0, List.of()));
  }
}

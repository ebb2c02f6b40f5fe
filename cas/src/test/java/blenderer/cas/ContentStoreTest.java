package blenderer.cas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.cas.StoreResult.BeyondEnd;
import blenderer.cas.StoreResult.Cut;
import blenderer.cas.StoreResult.Incomplete;
import blenderer.cas.StoreResult.NoSpace;
import blenderer.cas.StoreResult.Opened;
import blenderer.cas.StoreResult.Received;
import blenderer.cas.StoreResult.Stored;
import blenderer.cas.StoreResult.UnknownUpload;
import blenderer.cas.StoreResult.WrongBytes;
import blenderer.cas.StoreResult.WrongOffset;
import blenderer.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ContentStoreTest {

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final Uploader ANN = Uploader.person("ann");
  private static final Uploader BEN = Uploader.person("ben");
  private static final Uploader NODE = Uploader.node("n1");

  @TempDir Path dir;

  private final MemoryBlobIndex index = new MemoryBlobIndex();
  private long now = 1_000_000_000_000L;
  private long free = Long.MAX_VALUE;
  private Step.Watcher watcher = Step.Watcher.NOBODY;

  private ContentStore open() {
    return ContentStore.open(
        dir.resolve("store"),
        index,
        new SpaceGuard(2000, 500, () -> free),
        () -> java.time.Instant.ofEpochMilli(now),
        step -> watcher.at(step));
  }

  private static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private static InputStream part(byte[] bytes, int from, int to) {
    return new ByteArrayInputStream(bytes, from, to - from);
  }

  /** Gives {@code bytes} and then breaks, as a cut connection does. */
  private static InputStream cut(byte[] bytes, int from, int to) {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }
        };
    return new SequenceInputStream(part(bytes, from, to), broken);
  }

  private static Upload opened(ContentStore store, byte[] bytes, Uploader owner) {
    StoreResult.OfOpen result = store.openUpload(Digest.of(bytes), bytes.length, owner);
    assertThat(result).isInstanceOf(Opened.class);
    return ((Opened) result).upload();
  }

  private static byte[] read(ContentStore store, Digest digest) throws IOException {
    try (InputStream in = store.open(digest, 0, Long.MAX_VALUE).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  private List<Path> filesIn(String folder) throws IOException {
    try (Stream<Path> all = Files.walk(dir.resolve("store").resolve(folder))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void a_blob_put_in_parts_is_read_back_whole_and_in_ranges() throws IOException {
    ContentStore store = open();
    byte[] bytes = bytes(1, 700_000);
    Upload upload = opened(store, bytes, ANN);
    assertThat(store.write(upload.id(), 0, part(bytes, 0, 300_000), 300_000))
        .isEqualTo(new Received(300_000));
    assertThat(store.commit(upload.id())).isEqualTo(new Incomplete(300_000, 700_000));
    assertThat(store.write(upload.id(), 300_000, part(bytes, 300_000, 700_000), 400_000))
        .isEqualTo(new Received(700_000));
    assertThat(store.find(List.of(upload.digest()))).isEmpty();
    assertThat(store.commit(upload.id())).isEqualTo(new Stored(upload.digest(), 700_000));
    assertThat(read(store, upload.digest())).isEqualTo(bytes);
    try (InputStream in = store.open(upload.digest(), 650_000, 10).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 650_000, 650_010));
    }
    try (InputStream in = store.open(upload.digest(), 699_999, 10).orElseThrow()) {
      assertThat(in.readAllBytes()).hasSize(1);
    }
    assertThat(store.commit(upload.id())).isEqualTo(new UnknownUpload(upload.id()));
    assertThat(store.openUpload(upload.digest(), 700_000, ANN)).isInstanceOf(Stored.class);
    assertThat(filesIn("uploads")).isEmpty();
  }

  @Test
  void an_empty_blob_can_be_stored_both_ways() throws IOException {
    ContentStore store = open();
    Upload upload = opened(store, new byte[0], ANN);
    assertThat(store.commit(upload.id())).isEqualTo(new Stored(upload.digest(), 0));
    assertThat(store.put(new byte[0], NODE)).isEqualTo(new Stored(upload.digest(), 0));
    assertThat(read(store, upload.digest())).isEmpty();
  }

  @Test
  void an_upload_goes_on_from_every_cut_through_restarts() throws IOException {
    for (int seed = 0; seed < 12; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = bytes(seed, 1 + random.nextInt(600_000));
      ContentStore store = open();
      String id = opened(store, bytes, ANN).id();
      int at = 0;
      while (at < bytes.length) {
        int length = 1 + random.nextInt(bytes.length - at);
        int sent = random.nextInt(length + 1);
        StoreResult.OfPart result =
            sent < length
                ? store.write(id, at, cut(bytes, at, at + sent), length)
                : store.write(id, at, part(bytes, at, at + length), length);
        at += sent;
        assertThat(result)
            .as("seed " + seed)
            .isEqualTo(sent < length ? new Cut(at) : new Received(at));
        if (random.nextInt(3) == 0) {
          store = open();
          assertThat(opened(store, bytes, ANN))
              .as("seed " + seed)
              .isEqualTo(new Upload(id, Digest.of(bytes), bytes.length, ANN, at));
        }
      }
      assertThat(store.commit(id)).as("seed " + seed).isInstanceOf(Stored.class);
      assertThat(read(store, Digest.of(bytes))).as("seed " + seed).isEqualTo(bytes);
    }
  }

  @Test
  void a_part_at_a_wrong_place_is_answered_with_the_right_one() {
    ContentStore store = open();
    byte[] bytes = bytes(2, 1000);
    String id = opened(store, bytes, ANN).id();
    assertThat(store.write(id, 10, part(bytes, 10, 20), 10)).isEqualTo(new WrongOffset(0));
    assertThat(store.write(id, 0, part(bytes, 0, 500), 500)).isEqualTo(new Received(500));
    assertThat(store.write(id, 100, InputStream.nullInputStream(), 400))
        .as("a repeated part is not read")
        .isEqualTo(new Received(500));
    assertThat(store.write(id, 400, part(bytes, 400, 600), 200)).isEqualTo(new WrongOffset(500));
    assertThat(store.write(id, 500, part(bytes, 0, 501), 501)).isEqualTo(new BeyondEnd(1000));
    assertThat(store.write(id, Long.MAX_VALUE, part(bytes, 0, 1), 1))
        .isEqualTo(new BeyondEnd(1000));
    assertThat(store.write("no-such", 0, part(bytes, 0, 1), 1))
        .isEqualTo(new UnknownUpload("no-such"));
  }

  @Test
  void a_stream_is_read_no_further_than_its_part() throws IOException {
    ContentStore store = open();
    byte[] bytes = bytes(3, 1000);
    String id = opened(store, bytes, ANN).id();
    InputStream in = stream(bytes);
    assertThat(store.write(id, 0, in, 300)).isEqualTo(new Received(300));
    assertThat(in.available()).isEqualTo(700);
  }

  @Test
  void wrong_bytes_are_refused_and_the_upload_starts_anew() throws IOException {
    ContentStore store = open();
    byte[] bytes = bytes(4, 1000);
    byte[] wrong = bytes.clone();
    wrong[999] ^= 1;
    Digest digest = Digest.of(bytes);
    WrongBytes refusal = new WrongBytes(digest, Digest.of(wrong), 1000);
    String id = opened(store, bytes, ANN).id();
    store.write(id, 0, stream(wrong), 1000);
    assertThat(store.commit(id)).isEqualTo(refusal);
    assertThat(store.put(digest, 1000, stream(wrong), ANN)).isEqualTo(refusal);
    assertThat(store.put(digest, 999, stream(bytes), ANN)).isEqualTo(new BeyondEnd(999));
    assertThat(store.put(digest, 1001, stream(bytes), ANN)).isEqualTo(new Cut(1000));
    assertThat(refusal.failure().orElseThrow().message())
        .contains(digest.hex())
        .contains(Digest.of(wrong).hex());
    assertThat(store.findMissing(List.of(digest))).containsExactly(digest);
    assertThat(filesIn("")).isEmpty();
    assertThat(opened(store, bytes, ANN).received()).isZero();
  }

  @Test
  void two_owners_may_upload_one_digest_at_once() throws Exception {
    ContentStore store = open();
    byte[] bytes = bytes(5, 400_000);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<StoreResult>> ends = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Uploader owner = Uploader.person("p" + i / 2);
        boolean whole = i % 5 == 0;
        ends.add(
            threads.submit(
                () -> {
                  if (whole) {
                    return store.put(bytes, owner);
                  }
                  if (!(store.openUpload(Digest.of(bytes), bytes.length, owner)
                      instanceof Opened(Upload upload))) {
                    return new Stored(Digest.of(bytes), bytes.length);
                  }
                  for (int at = 0; at < bytes.length; at += 100_000) {
                    store.write(upload.id(), at, part(bytes, at, at + 100_000), 100_000);
                  }
                  return store.commit(upload.id());
                }));
      }
      for (Future<StoreResult> end : ends) {
        // Two connections of one owner share an upload: the slower finds it incomplete or ended.
        assertThat(end.get()).isInstanceOfAny(Stored.class, UnknownUpload.class, Incomplete.class);
      }
    }
    assertThat(read(store, Digest.of(bytes))).isEqualTo(bytes);
    assertThat(filesIn("blobs")).hasSize(1);
    assertThat(filesIn("temp")).isEmpty();
  }

  @Test
  void a_hanging_sender_does_not_keep_a_repeated_part_out() throws Exception {
    ContentStore store = open();
    byte[] bytes = bytes(6, 1000);
    String id = opened(store, bytes, ANN).id();
    var reading = new java.util.concurrent.CountDownLatch(1);
    var release = new java.util.concurrent.CountDownLatch(1);
    InputStream hanging =
        new InputStream() {
          @Override
          public int read() throws IOException {
            reading.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return 7;
          }
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<StoreResult.OfPart> slow = threads.submit(() -> store.write(id, 0, hanging, 1000));
      reading.await();
      assertThat(store.write(id, 0, stream(bytes), 1000)).isEqualTo(new Received(1000));
      release.countDown();
      assertThat(slow.get()).isEqualTo(new WrongOffset(1000));
    }
    assertThat(store.commit(id)).isInstanceOf(Stored.class);
  }

  @Test
  void find_missing_holds_what_is_there_for_a_day() {
    ContentStore store = open();
    Digest here = Digest.of("here".getBytes(UTF_8));
    Digest gone = Digest.of("gone".getBytes(UTF_8));
    store.put("here".getBytes(UTF_8), ANN);
    now += DAY - 1;
    assertThat(store.findMissing(List.of(gone, here, gone))).containsExactly(gone);
    now += DAY - 1;
    assertThat(store.delete(List.of(here, gone))).isEmpty();
    now += 1;
    assertThat(store.delete(List.of(here, gone))).containsExactly(here);
    assertThat(store.files().has(here, 4)).isFalse();
    assertThat(store.findMissing(List.of(here))).containsExactly(here);
  }

  @Test
  void find_missing_takes_any_number_of_digests() {
    ContentStore store = open();
    List<Digest> many = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      many.add(BlobIndexContract.digest(i));
    }
    assertThat(store.findMissing(many)).hasSize(2500);
    assertThat(store.delete(many)).isEmpty();
  }

  @Test
  void a_lost_or_shortened_file_counts_as_missing_and_can_be_sent_again() throws IOException {
    ContentStore store = open();
    byte[] bytes = bytes(7, 1000);
    Digest digest = Digest.of(bytes);
    store.put(bytes, ANN);
    Files.write(store.files().path(digest), new byte[999]);
    assertThat(store.findMissing(List.of(digest))).containsExactly(digest);
    assertThat(index.find(List.of(digest))).isEmpty();
    assertThat(store.put(bytes, ANN)).isInstanceOf(Stored.class);
    Files.delete(store.files().path(digest));
    assertThat(store.sweep().lost()).containsExactly(digest);
    assertThat(store.put(bytes, ANN)).isInstanceOf(Stored.class);
    assertThat(store.verify(digest)).isTrue();
    Files.write(store.files().path(digest), new byte[1000]);
    assertThat(store.verify(digest)).isFalse();
    assertThat(store.findMissing(List.of(digest))).containsExactly(digest);
  }

  @Test
  void an_upload_that_lies_still_for_a_day_is_swept_also_after_a_restart() throws IOException {
    ContentStore store = open();
    byte[] old = bytes(8, 100);
    byte[] moving = bytes(9, 100);
    opened(store, old, ANN);
    String id = opened(store, moving, BEN).id();
    now += DAY;
    store.write(id, 0, part(moving, 0, 10), 10);
    assertThat(store.sweep().staleUploads()).isZero();
    now += 1;
    store = open();
    assertThat(store.sweep().staleUploads()).isEqualTo(1);
    assertThat(filesIn("uploads")).hasSize(2);
    assertThat(store.upload(id)).hasValueSatisfying(it -> assertThat(it.owner()).isEqualTo(BEN));
    assertThat(store.write(id, 10, part(moving, 10, 100), 90)).isEqualTo(new Received(100));
    assertThat(store.commit(id)).isInstanceOf(Stored.class);
  }

  @Test
  void an_abandoned_upload_is_gone() throws IOException {
    ContentStore store = open();
    String id = opened(store, bytes(8, 100), ANN).id();
    assertThat(store.abandon(id)).isTrue();
    assertThat(store.abandon(id)).isFalse();
    assertThat(filesIn("uploads")).isEmpty();
  }

  @Test
  void people_stop_at_the_margin_and_nodes_at_the_reserve() {
    ContentStore store = open();
    byte[] bytes = bytes(10, 1000);
    free = 3000;
    Upload upload = opened(store, bytes, ANN);
    free = 2999;
    NoSpace refusal = new NoSpace(2999, 2000, 1000);
    assertThat(store.openUpload(Digest.of(bytes), 1000, BEN)).isEqualTo(refusal);
    assertThat(store.write(upload.id(), 0, stream(bytes), 1000)).isEqualTo(refusal);
    assertThat(store.put(bytes, ANN)).isEqualTo(refusal);
    free = 1499;
    assertThat(store.put(bytes, NODE)).isEqualTo(new NoSpace(1499, 500, 1000));
    free = 1500;
    assertThat(store.put(bytes, NODE)).isInstanceOf(Stored.class);
    free = 0;
    assertThat(store.findMissing(List.of(Digest.of(bytes)))).isEmpty();
    assertThat(store.openUpload(Digest.of(bytes), 1000, ANN)).isInstanceOf(Stored.class);
    now += DAY;
    now += DAY;
    assertThat(store.delete(List.of(Digest.of(bytes)))).hasSize(1);
  }

  @Test
  void a_disk_that_fills_up_at_any_step_leaves_no_half_blob_and_can_be_tried_again()
      throws IOException {
    byte[] bytes = bytes(11, 600_000);
    Digest digest = Digest.of(bytes);
    for (Step full :
        List.of(Step.BYTES_WRITTEN, Step.BYTES_SYNCED, Step.RENAMED, Step.FOLDER_SYNCED)) {
      ContentStore store = open();
      String id = opened(store, bytes, ANN).id();
      watcher = failing(full, "No space left on device");
      assertThat(store.put(bytes, NODE)).as(full.name()).isInstanceOf(NoSpace.class);
      StoreResult.OfPart written = store.write(id, 0, stream(bytes), 600_000);
      assertThat(full == Step.BYTES_WRITTEN ? written : store.commit(id))
          .as(full.name())
          .isInstanceOf(NoSpace.class);
      watcher = Step.Watcher.NOBODY;
      assertThat(filesIn("temp")).as(full.name()).isEmpty();
      assertThat(store.findMissing(List.of(digest))).as(full.name()).containsExactly(digest);
      long at = store.upload(id).orElseThrow().received();
      store.write(id, at, part(bytes, (int) at, 600_000), 600_000 - at);
      assertThat(store.commit(id)).as(full.name()).isInstanceOf(Stored.class);
      assertThat(read(store, digest)).as(full.name()).isEqualTo(bytes);
      now += DAY;
      assertThat(store.delete(List.of(digest))).hasSize(1);
    }
  }

  private static Step.Watcher failing(Step at, String message) {
    return step -> {
      if (step == at) {
        throw new IOException(message);
      }
    };
  }

  @Test
  void a_disk_that_breaks_is_no_full_disk() {
    ContentStore store = open();
    watcher = failing(Step.BYTES_WRITTEN, "Input/output error");
    assertThatThrownBy(() -> store.put(new byte[10], NODE))
        .isInstanceOf(CasException.class)
        .hasMessageContaining("Input/output error");
  }

  @Test
  void a_commit_may_be_repeated_after_the_index_failed() throws IOException {
    byte[] bytes = bytes(12, 1000);
    ContentStore store = open();
    String id = opened(store, bytes, ANN).id();
    store.write(id, 0, stream(bytes), 1000);
    watcher = failing(Step.FOLDER_SYNCED, "no answer");
    assertThatThrownBy(() -> store.commit(id)).isInstanceOf(CasException.class);
    watcher = Step.Watcher.NOBODY;
    assertThat(store.commit(id)).isEqualTo(new Stored(Digest.of(bytes), 1000));
    assertThat(read(store, Digest.of(bytes))).isEqualTo(bytes);
  }

  @Test
  void a_folder_without_the_blobs_that_the_index_names_is_not_opened() throws IOException {
    open().put(new byte[5], ANN);
    ManifestTree.deleteTree(dir.resolve("store"));
    assertThatThrownBy(this::open).isInstanceOf(CasException.class).hasMessageContaining("mounted");
    assertThat(index.list(null, 10)).hasSize(1);
  }

  @Test
  void puts_and_deletes_of_one_digest_at_once_never_leave_a_row_without_its_file()
      throws Exception {
    var days = new java.util.concurrent.atomic.AtomicLong();
    // Every look at the clock is two days later, so that no hold lasts until the next delete.
    ContentStore store =
        ContentStore.open(
            dir.resolve("store"),
            index,
            new SpaceGuard(0, 0, () -> Long.MAX_VALUE),
            () -> java.time.Instant.ofEpochMilli(days.addAndGet(2) * DAY),
            step -> Thread.yield());
    byte[] bytes = bytes(13, 100);
    Digest digest = Digest.of(bytes);
    int deleted = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 25; round++) {
        List<Future<?>> puts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          puts.add(threads.submit(() -> store.put(bytes, NODE)));
        }
        while (!puts.stream().allMatch(Future::isDone)) {
          deleted += store.delete(List.of(digest)).size();
          for (BlobRow row : store.find(List.of(digest)).values()) {
            // Only this thread deletes, so a row seen here has its file.
            assertThat(store.files().has(row.digest(), row.size())).isTrue();
          }
        }
      }
    }
    assertThat(deleted).isPositive();
    store.delete(List.of(digest));
    assertThat(filesIn("blobs")).isEmpty();
  }
}

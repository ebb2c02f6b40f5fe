package blenderer.node.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.api.ApiException;
import blenderer.api.Farm;
import blenderer.api.NodeSync;
import blenderer.model.Digest;
import blenderer.node.os.LinuxProcessControl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {

  @TempDir Path folder;
  @TempDir Path made;

  private static final ResultKey KEY = new ResultKey("01m82k--1", 7, 2);

  private Result result(ResultKey key, String content) throws IOException {
    Path file = Files.writeString(made.resolve("out-" + key.index()), content);
    Path log = Files.writeString(made.resolve("log-" + key.index()), "log of " + key.index());
    return new Result(
        key,
        "succeeded",
        List.of(new Result.File("frames/a.png", file)),
        log,
        null,
        10,
        20,
        "blender 3.4.1",
        5L,
        null,
        null);
  }

  private Outbox open() throws IOException {
    return Outbox.open(folder, 1000);
  }

  private static NodeSync.Ack ack(ResultKey key, String verdict) {
    return new NodeSync.Ack(key.lease(), key.index(), key.generation(), verdict, List.of());
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_result_survives_a_restart_and_is_offered_only_when_uploaded() throws Exception {
    open().put(result(KEY, "pixels"));
    assertThat(made).isEmptyDirectory();
    Outbox again = open();
    assertThat(again.holds(KEY)).isTrue();
    assertThat(again.bytes()).isEqualTo("pixelslog of 7".length());
    assertThat(again.ready()).isEmpty();
    Entry entry = again.awaitUploads(10).getFirst();
    assertThat(entry.blobs())
        .extracting(Entry.Blob::digest)
        .containsExactly(digest("pixels"), digest("log of 7"));
    assertThat(entry.blobs().getFirst().file()).hasContent("pixels");
    again.uploaded(entry);
    assertThat(again.ready()).hasSize(1);
    assertThat(again.ready().getFirst().files())
        .containsExactly(new NodeSync.OutputFile("frames/a.png", digest("pixels").hex(), 6));
  }

  @Test
  void results_last_beyond_a_power_cut_unless_they_are_answered_for_before() throws Exception {
    Outbox outbox = open();
    ResultKey other = new ResultKey(KEY.lease(), 8, 1);
    outbox.put(result(KEY, "pixels"));
    outbox.put(result(other, "others"));
    outbox.acknowledged(ack(KEY, "accepted"));
    outbox.awaitUnsynced();
    outbox.sync();
    outbox.sync(); // nothing is left to do
    Outbox again = open();
    assertThat(again.holds(KEY)).isFalse();
    assertThat(again.awaitUploads(2).getFirst().blobs().getFirst().file()).hasContent("others");
  }

  @Test
  void a_result_whose_bytes_a_power_cut_took_is_given_back() throws Exception {
    open().put(result(KEY, "pixels"));
    Path entry = folder.resolve(KEY.folderName(1));
    Files.write(entry.resolve(Entry.REPORT), new byte[100]);
    Outbox again = open();
    assertThat(again.ready()).extracting(NodeSync.Report::outcome).containsExactly("cancelled");
    assertThat(folder.resolve("damaged").resolve(KEY.folderName(1))).isDirectory();
  }

  @Test
  void no_call_tells_the_server_more_than_it_takes() throws Exception {
    Outbox outbox = open();
    String deep = ("d".repeat(200) + "/").repeat(19);
    for (int index = 0; index < 3; index++) {
      List<Result.File> files = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        Path file = Files.createFile(made.resolve(index + "-" + i));
        files.add(new Result.File(deep + i, file));
      }
      ResultKey key = new ResultKey(KEY.lease(), index, 1);
      outbox.put(new Result(key, "succeeded", files, null, null, 1, 2, null, null, null, null));
    }
    outbox.awaitUploads(3).forEach(outbox::uploaded);
    for (int index = 0; index < 3; index++) {
      assertThat(outbox.ready()).extracting(NodeSync.Report::index).containsExactly(index);
      outbox.acknowledged(ack(new ResultKey(KEY.lease(), index, 1), "accepted"));
    }
    assertThat(outbox.ready()).isEmpty();
  }

  @Test
  void a_link_on_the_way_or_anything_but_a_plain_file_is_not_taken() throws Exception {
    Path secret = Files.createDirectory(made.resolve("secret"));
    Files.writeString(secret.resolve("shadow"), "hidden");
    Path link = Files.createSymbolicLink(made.resolve("frames"), secret);
    Path straight = Files.createSymbolicLink(made.resolve("a.png"), secret.resolve("shadow"));
    Path fifo = made.resolve("fifo");
    new LinuxProcessControl().makeFifos(List.of(fifo));
    Outbox outbox = open();
    for (Path bad : List.of(link.resolve("shadow"), straight, fifo)) {
      Result result =
          new Result(
              KEY,
              "succeeded",
              List.of(new Result.File("a.png", bad)),
              null,
              null,
              1,
              2,
              null,
              null,
              null,
              null);
      assertThatThrownBy(() -> outbox.put(result)).isInstanceOf(IOException.class);
    }
    assertThat(secret.resolve("shadow")).hasContent("hidden");
    assertThat(outbox.holds(KEY)).isFalse();
    assertThat(outbox.bytes()).isZero();
  }

  @Test
  void an_acknowledged_result_is_gone_and_stays_gone() throws Exception {
    Outbox outbox = open();
    outbox.put(result(KEY, "pixels"));
    outbox.uploaded(outbox.awaitUploads(1).getFirst());
    outbox.acknowledged(ack(KEY, "recorded"));
    outbox.acknowledged(ack(KEY, "repeated"));
    assertThat(outbox.holds(KEY)).isFalse();
    assertThat(outbox.bytes()).isZero();
    assertThat(folder).isEmptyDirectory();
    assertThat(open().holds(KEY)).isFalse();
  }

  @Test
  void missing_files_are_uploaded_again_before_the_next_offer() throws Exception {
    Outbox outbox = open();
    outbox.put(result(KEY, "pixels"));
    outbox.uploaded(outbox.awaitUploads(1).getFirst());
    outbox.acknowledged(ack(KEY, "missing-files"));
    assertThat(outbox.ready()).isEmpty();
    assertThat(outbox.awaitUploads(1)).hasSize(1);
  }

  @Test
  void an_answer_for_another_generation_touches_nothing() throws Exception {
    Outbox outbox = open();
    outbox.put(result(KEY, "pixels"));
    outbox.acknowledged(ack(new ResultKey("01m82k--1", 7, 1), "stale"));
    assertThat(outbox.holds(KEY)).isTrue();
  }

  @Test
  void a_damaged_entry_is_set_aside_given_back_and_in_nobodys_way() throws Exception {
    Outbox outbox = open();
    ResultKey other = new ResultKey("lease1", 8, 1);
    outbox.put(result(KEY, "pixels"));
    outbox.put(result(other, "more"));
    Entry entry = outbox.awaitUploads(1).getFirst();
    Files.writeString(entry.folder().resolve(Entry.REPORT), "{half");
    Outbox again = open();
    assertThat(again.awaitUploads(10)).extracting(Entry::key).containsExactly(other);
    assertThat(again.ready()).extracting(NodeSync.Report::outcome).containsExactly("cancelled");
    assertThat(folder.resolve("damaged")).isNotEmptyDirectory();
  }

  @Test
  void a_file_of_another_length_is_noticed_at_the_start() throws Exception {
    Outbox outbox = open();
    outbox.put(result(KEY, "pixels"));
    Files.writeString(Entry.file(outbox.awaitUploads(1).getFirst().folder(), 0), "pix");
    assertThat(open().ready()).extracting(NodeSync.Report::outcome).containsExactly("cancelled");
  }

  @Test
  void what_a_crash_left_half_made_or_half_deleted_is_cleared() throws Exception {
    open().put(result(KEY, "pixels"));
    Path growing = Files.createDirectory(folder.resolve(".new-9"));
    Files.writeString(growing.resolve("file-0"), "half");
    Path going = Files.createDirectory(folder.resolve("000000000005-lease1-9-1"));
    Files.writeString(going.resolve("log"), "rest");
    Outbox again = open();
    assertThat(growing).doesNotExist();
    assertThat(going).doesNotExist();
    assertThat(again.holds(new ResultKey("lease1", 9, 1))).isFalse();
    assertThat(again.holds(KEY)).isTrue();
  }

  @Test
  void it_says_when_too_much_waits() throws Exception {
    Outbox outbox = Outbox.open(folder, 10);
    assertThat(outbox.isFull()).isFalse();
    outbox.put(result(KEY, "pixels"));
    assertThat(outbox.isFull()).isTrue();
    outbox.acknowledged(ack(KEY, "stale"));
    assertThat(outbox.isFull()).isFalse();
  }

  @Test
  void what_is_given_back_needs_no_upload_and_no_disk() throws Exception {
    Outbox outbox = open();
    outbox.giveBack(KEY);
    assertThat(outbox.ready()).extracting(NodeSync.Report::outcome).containsExactly("cancelled");
    assertThat(folder).isEmptyDirectory();
    outbox.acknowledged(ack(KEY, "recorded"));
    assertThat(outbox.ready()).isEmpty();
  }

  /** Fails as often as it is told, then takes everything. */
  private static final class Sink implements BlobSink {
    final Set<Digest> taken = ConcurrentHashMap.newKeySet();
    final AtomicInteger refusals = new AtomicInteger();
    private final int status;

    Sink(int refusals, int status) {
      this.refusals.set(refusals);
      this.status = status;
    }

    @Override
    public Set<Digest> missing(Collection<Digest> digests) {
      Set<Digest> missing = new HashSet<>(digests);
      missing.removeAll(taken);
      return missing;
    }

    @Override
    public void upload(Digest digest, long size, Path file) {
      if (refusals.getAndDecrement() > 0) {
        throw new ApiException(
            new Farm.Problem(status, "no", "No.", "Wait.", status == 422 ? "never" : "here"));
      }
      taken.add(digest);
    }
  }

  private static void until(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  void the_uploader_goes_on_after_an_outage() throws Exception {
    Outbox outbox = open();
    outbox.put(result(KEY, "pixels"));
    Sink sink = new Sink(3, 507);
    AtomicInteger ready = new AtomicInteger();
    try (Uploader uploader =
        new Uploader(outbox, sink, ready::incrementAndGet, Duration.ofMillis(20))) {
      uploader.start();
      until(() -> outbox.ready().size() == 1);
      until(() -> ready.get() > 0);
    }
    assertThat(sink.taken).contains(digest("pixels"), digest("log of 7"));
  }

  @Test
  void a_result_whose_bytes_changed_is_given_back() throws Exception {
    Outbox outbox = open();
    outbox.put(result(KEY, "pixels"));
    try (Uploader uploader =
        new Uploader(outbox, new Sink(1, 422), () -> {}, Duration.ofMillis(20))) {
      uploader.start();
      until(() -> outbox.ready().size() == 1);
    }
    assertThat(outbox.ready().getFirst().outcome()).isEqualTo("cancelled");
  }

  @Test
  void what_the_server_no_longer_lists_is_offered_without_its_files_until_it_asks_for_them()
      throws Exception {
    Outbox outbox = open();
    ResultKey other = new ResultKey("01m82k--2", 7, 1);
    outbox.put(result(KEY, "pixels"));
    outbox.put(result(other, "others"));
    assertThat(outbox.offerUnwanted(key -> key.lease().equals(other.lease()))).isTrue();
    assertThat(outbox.ready()).extracting(NodeSync.Report::lease).containsExactly(KEY.lease());
    outbox.acknowledged(ack(KEY, "missing-files"));
    assertThat(outbox.offerUnwanted(_ -> false)).isTrue();
    assertThat(outbox.ready()).extracting(NodeSync.Report::lease).containsExactly(other.lease());
    outbox.acknowledged(ack(other, "stale"));
    assertThat(outbox.bytes()).isEqualTo("pixelslog of 7".length());
    assertThat(outbox.awaitUploads(10)).extracting(Entry::key).containsExactly(KEY);
    assertThat(outbox.offerUnwanted(_ -> false)).isFalse();
  }
}

package blenderer.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.cas.BlobRow;
import blenderer.cas.CasException;
import blenderer.cas.ContentStore;
import blenderer.cas.DirectTransfers;
import blenderer.cas.MemoryBlobIndex;
import blenderer.cas.SpaceGuard;
import blenderer.cas.StoreAwayException;
import blenderer.cas.StoreResult;
import blenderer.cas.Uploader;
import blenderer.model.Digest;
import blenderer.testkit.S3Server;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

@Tag("slow")
final class S3BackendTest {

  private static final Uploader ANNA = Uploader.person("anna");

  @TempDir static Path files;

  private static S3Server server;
  private static int buckets;

  @TempDir Path folder;

  private Instant now = Instant.now();

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start(files);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static String bucket() throws IOException {
    String name = "bucket-" + buckets++;
    server.makeBucket(name);
    return name;
  }

  private static S3Location at(String bucket) throws Exception {
    return S3Location.parse("s3://" + bucket + "/farm-one?endpoint=" + server.endpoint());
  }

  private S3Backend open(String bucket, String farm, boolean mustBeKnown) throws Exception {
    return open(bucket, S3Server.SECRET, farm, mustBeKnown);
  }

  private S3Backend open(String bucket, String secret, String farm, boolean mustBeKnown)
      throws Exception {
    return open(at(bucket), secret, farm, mustBeKnown);
  }

  private S3Backend open(S3Location at, String secret, String farm, boolean mustBeKnown) {
    return S3Backend.open(
        at,
        StaticCredentialsProvider.create(AwsBasicCredentials.create(S3Server.KEY, secret)),
        (InstantSource) () -> now,
        Duration.ofSeconds(5),
        farm,
        mustBeKnown);
  }

  private ContentStore store(S3Backend backend, MemoryBlobIndex index) {
    return ContentStore.open(
        folder,
        backend,
        index,
        new SpaceGuard(0, 0, () -> Long.MAX_VALUE),
        (InstantSource) () -> now);
  }

  private static byte[] bytes(int count, int seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(ContentStore store, Digest digest) throws IOException {
    try (InputStream in = store.open(digest, 0, Long.MAX_VALUE).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  @Test
  void what_is_put_is_read_again_whole_in_ranges_and_by_a_new_store() throws Exception {
    String bucket = bucket();
    MemoryBlobIndex index = new MemoryBlobIndex();
    byte[] blob = bytes(300_000, 1);
    Digest digest = Digest.of(blob);
    try (S3Backend backend = open(bucket, "farm", false)) {
      ContentStore store = store(backend, index);
      assertThat(store.findMissing(List.of(digest))).containsExactly(digest);
      assertThat(store.put(blob, ANNA)).isEqualTo(new StoreResult.Stored(digest, blob.length));
      assertThat(store.put(new byte[0], ANNA)).isInstanceOf(StoreResult.Stored.class);
      assertThat(read(store, digest)).isEqualTo(blob);
      assertThat(read(store, Digest.of(new byte[0]))).isEmpty();
      assertThat(store.open(digest, 299_990, 100).orElseThrow().readAllBytes()).hasSize(10);
      assertThat(store.open(digest, 300_000, 100).orElseThrow().readAllBytes()).isEmpty();
      assertThat(store.open(digest, 5, 0).orElseThrow().readAllBytes()).isEmpty();
      assertThat(store.verify(digest)).isTrue();
    }
    try (S3Backend backend = open(bucket, "farm", true)) {
      ContentStore store = store(backend, index);
      assertThat(store.findMissing(List.of(digest))).isEmpty();
      assertThat(read(store, digest)).isEqualTo(blob);
      now = now.plus(Duration.ofDays(3));
      assertThat(store.delete(List.of(digest))).containsExactly(digest);
      assertThat(store.open(digest, 0, 10)).isEmpty();
      assertThat(backend.has(digest, blob.length)).isFalse();
    }
    assertThat(folder.resolve("temp")).isEmptyDirectory();
  }

  @Test
  void a_small_blob_touches_no_disk_and_is_stored_whole_and_right_or_not_at_all() throws Exception {
    MemoryBlobIndex index = new MemoryBlobIndex();
    byte[] blob = bytes(60_000, 12);
    Digest digest = Digest.of(blob);
    try (S3Backend backend = open(bucket(), "farm", false)) {
      ContentStore store =
          ContentStore.open(
              folder, backend, index, new SpaceGuard(1, 1, () -> 0), (InstantSource) () -> now);
      Files.delete(folder.resolve("temp"));
      assertThat(store.put(digest, blob.length, in(blob, 50_000), ANNA))
          .isEqualTo(new StoreResult.Cut(50_000));
      assertThat(store.put(digest, 50_000, in(blob, blob.length), ANNA))
          .isEqualTo(new StoreResult.BeyondEnd(50_000));
      byte[] other = bytes(60_000, 13);
      assertThat(store.put(digest, blob.length, in(other, other.length), ANNA))
          .isEqualTo(new StoreResult.WrongBytes(digest, Digest.of(other), blob.length));
      assertThat(backend.has(digest, blob.length)).isFalse();
      assertThat(store.findMissing(List.of(digest))).containsExactly(digest);

      assertThat(store.put(blob, ANNA)).isEqualTo(new StoreResult.Stored(digest, blob.length));
      assertThat(store.put(blob, ANNA)).as("again").isInstanceOf(StoreResult.Stored.class);
      assertThat(store.findMissing(List.of(digest))).isEmpty();
      assertThat(read(store, digest)).isEqualTo(blob);
    }
  }

  private static InputStream in(byte[] bytes, int length) {
    return new ByteArrayInputStream(bytes, 0, length);
  }

  @Test
  void connections_kept_to_a_store_that_was_started_anew_only_delay() throws Exception {
    MemoryBlobIndex index = new MemoryBlobIndex();
    try (S3Backend backend = open(bucket(), "farm", false)) {
      ContentStore store = store(backend, index);
      putTwentyAtOnce(store, 100);
      server.kill();
      server.restart();
      putTwentyAtOnce(store, 200);
      assertThat(index.list(null, 100)).hasSize(40);
    }
  }

  /** Each as a client would that hears that the store is away. */
  private static void putTwentyAtOnce(ContentStore store, int seed) throws Exception {
    List<Future<Integer>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        byte[] blob = bytes(60_000, seed + i);
        all.add(
            threads.submit(
                () -> {
                  for (int failed = 0; ; failed++) {
                    try {
                      store.put(blob, ANNA);
                      return failed;
                    } catch (StoreAwayException e) {
                      Thread.sleep(100);
                    }
                  }
                }));
      }
    }
    for (Future<Integer> one : all) {
      assertThat(one.get()).as("attempts in vain").isLessThan(10);
    }
  }

  @Test
  void whoever_stops_reading_a_long_blob_does_not_wait_for_the_rest_of_it() throws Exception {
    byte[] blob = bytes(64 << 20, 14);
    Digest digest = Digest.of(blob);
    String bucket = bucket();
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      AtomicLong passed = new AtomicLong();
      Thread relay = Thread.ofVirtual().start(() -> relay(listening, passed));
      S3Location past =
          S3Location.parse(
              "s3://" + bucket + "/farm-one?endpoint=http://127.0.0.1:" + listening.getLocalPort());
      try (S3Backend backend = open(past, S3Server.SECRET, "farm", false)) {
        store(backend, new MemoryBlobIndex()).put(blob, ANNA);
        passed.set(0);
        try (InputStream in = backend.open(digest, 0, Long.MAX_VALUE).orElseThrow()) {
          assertThat(in.readNBytes(1000)).hasSize(1000);
        }
        assertThat(passed).hasValueBetween(1000, 16 << 20);
        passed.set(0);
        try (InputStream in = backend.open(digest, 0, Long.MAX_VALUE).orElseThrow()) {
          assertThat(in.readAllBytes()).isEqualTo(blob);
        }
        assertThat(passed).as("the relay counts").hasValueGreaterThan(64 << 20);
      }
      listening.close();
      relay.join();
    }
  }

  /** Carries bytes to the store and back, and counts those that come back. */
  private static void relay(ServerSocket listening, AtomicLong passed) {
    while (true) {
      try {
        Socket client = listening.accept();
        Socket store =
            new Socket(InetAddress.getLoopbackAddress(), URI.create(server.endpoint()).getPort());
        Thread.startVirtualThread(() -> carry(client, store, new AtomicLong()));
        Thread.startVirtualThread(() -> carry(store, client, passed));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void carry(Socket from, Socket to, AtomicLong passed) {
    try (from;
        to) {
      byte[] buffer = new byte[64 << 10];
      for (int count = from.getInputStream().read(buffer);
          count >= 0;
          count = from.getInputStream().read(buffer)) {
        passed.addAndGet(count);
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      // One side has closed.
    }
  }

  @Test
  void an_upload_through_the_server_arrives_part_by_part_also_when_it_is_long() throws Exception {
    MemoryBlobIndex index = new MemoryBlobIndex();
    byte[] blob = bytes((int) Parts.WHOLE + 70_000, 2);
    Digest digest = Digest.of(blob);
    try (S3Backend backend = open(bucket(), "farm", false)) {
      ContentStore store = store(backend, index);
      String id = ((StoreResult.Opened) store.openUpload(digest, blob.length, ANNA)).upload().id();
      int half = blob.length / 2;
      store.write(id, 0, new ByteArrayInputStream(blob, 0, half), half);
      store.write(id, half, new ByteArrayInputStream(blob, half, blob.length), blob.length - half);
      assertThat(store.commit(id)).isEqualTo(new StoreResult.Stored(digest, blob.length));
      assertThat(store.verify(digest)).isTrue();
      assertThat(folder.resolve("uploads")).isEmptyDirectory();
    }
  }

  private static int send(DirectTransfers.Address address, byte[] bytes, int from, int length)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.uri())
            .method(address.method(), HttpRequest.BodyPublishers.ofByteArray(bytes, from, length));
    address.headers().forEach(request::header);
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  /** As {@link #send}, once more if the store closed before it had read the bytes it refuses. */
  private static int sendUntilAnswered(DirectTransfers.Address address, byte[] bytes, int length)
      throws Exception {
    for (int left = 10; ; left--) {
      try {
        return send(address, bytes, 0, length);
      } catch (IOException e) {
        if (left == 0) {
          throw e;
        }
      }
    }
  }

  private static byte[] fetch(DirectTransfers.Address address) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(address.uri()).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    }
  }

  @Test
  void a_small_blob_goes_past_the_server_and_other_bytes_than_its_own_are_refused()
      throws Exception {
    MemoryBlobIndex index = new MemoryBlobIndex();
    byte[] blob = bytes(100_000, 3);
    byte[] other = bytes(100_000, 4);
    Digest digest = Digest.of(blob);
    try (S3Backend backend = open(bucket(), "farm", false)) {
      ContentStore store = store(backend, index);
      DirectTransfers direct = store.direct();
      assertThat(direct.begin(digest, blob.length))
          .isEqualTo(new DirectTransfers.Progress(blob.length, 0));
      assertThat(store.commitDirect(digest, blob.length)).isFalse();
      // The sum in the address is that of the blob, whatever the sender claims.
      DirectTransfers.Address address = direct.part(digest, blob.length, 0, Digest.of(other));
      assertThat(sendUntilAnswered(address, other, other.length)).isEqualTo(400);
      assertThat(sendUntilAnswered(address, blob, 50_000)).isBetween(400, 499);
      assertThat(store.commitDirect(digest, blob.length)).isFalse();
      assertThat(send(address, blob, 0, blob.length)).isEqualTo(200);
      assertThat(store.findMissing(List.of(digest))).as("not committed yet").hasSize(1);
      assertThat(store.commitDirect(digest, blob.length)).isTrue();
      assertThat(store.commitDirect(digest, blob.length)).as("repeated").isTrue();
      assertThat(store.findMissing(List.of(digest))).isEmpty();
      assertThat(fetch(direct.read(digest))).isEqualTo(blob);
    }
  }

  @Test
  void a_long_blob_goes_in_parts_that_another_server_goes_on_with() throws Exception {
    String bucket = bucket();
    MemoryBlobIndex index = new MemoryBlobIndex();
    byte[] blob = bytes((int) Parts.WHOLE + 70_000, 5);
    Digest digest = Digest.of(blob);
    int first = (int) Parts.WHOLE;
    Digest firstSum = Digest.of(java.util.Arrays.copyOf(blob, first));
    Digest secondSum = Digest.of(java.util.Arrays.copyOfRange(blob, first, blob.length));
    try (S3Backend backend = open(bucket, "farm", false)) {
      DirectTransfers direct = store(backend, index).direct();
      assertThat(direct.begin(digest, blob.length))
          .isEqualTo(new DirectTransfers.Progress(first, 0));
      DirectTransfers.Address address = direct.part(digest, blob.length, 0, firstSum);
      blob[17] ^= 1;
      assertThat(send(address, blob, 0, first)).as("one bit is wrong").isEqualTo(400);
      blob[17] ^= 1;
      assertThat(send(address, blob, 0, first)).isEqualTo(200);
    }
    try (S3Backend backend = open(bucket, "farm", false)) {
      ContentStore store = store(backend, index);
      DirectTransfers direct = store.direct();
      assertThat(direct.begin(digest, blob.length))
          .isEqualTo(new DirectTransfers.Progress(first, 1));
      assertThat(store.commitDirect(digest, blob.length)).as("a part is missing").isFalse();
      DirectTransfers.Address address = direct.part(digest, blob.length, 1, secondSum);
      assertThat(send(address, blob, first, blob.length - first)).isEqualTo(200);
      assertThat(store.commitDirect(digest, blob.length)).isTrue();
      assertThat(store.verify(digest)).isTrue();
      assertThat(fetch(direct.read(digest))).isEqualTo(blob);
    }
  }

  @Test
  void a_sweep_takes_what_is_forgotten_and_old_and_tells_what_is_lost() throws Exception {
    String bucket = bucket();
    MemoryBlobIndex index = new MemoryBlobIndex();
    byte[] kept = bytes(1000, 6);
    byte[] orphan = bytes(2000, 7);
    byte[] lost = bytes(3000, 8);
    byte[] late = bytes((int) Parts.WHOLE + 1, 9);
    try (S3Backend backend = open(bucket, "farm", false)) {
      ContentStore store = store(backend, index);
      for (byte[] blob : List.of(kept, orphan, lost)) {
        store.put(blob, ANNA);
      }
      index.forget(Digest.of(orphan));
      backend.delete(Digest.of(lost));
      store.direct().begin(Digest.of(late), late.length);
      assertThat(store.sweep().orphans()).as("it may be on its way").isZero();
      index.add(new BlobRow(Digest.of(lost), lost.length, 0, 0));

      now = now.plus(Duration.ofDays(2));
      var report = store.sweep();
      assertThat(report.orphans()).isEqualTo(1);
      assertThat(report.orphanBytes()).isEqualTo(2000);
      assertThat(report.lost()).containsExactly(Digest.of(lost));
      assertThat(report.staleUploads()).isEqualTo(1);
      assertThat(store.findMissing(List.of(Digest.of(kept), Digest.of(lost))))
          .containsExactly(Digest.of(lost));
      assertThat(store.direct().abandonBegunBefore(now)).isZero();
    }
  }

  @Test
  void a_store_that_is_away_is_told_apart_and_nothing_is_lost_by_it() throws Exception {
    MemoryBlobIndex index = new MemoryBlobIndex();
    byte[] before = bytes(1000, 10);
    byte[] during = bytes(1000, 11);
    try (S3Backend backend = open(bucket(), "farm", false)) {
      ContentStore store = store(backend, index);
      store.put(before, ANNA);
      server.kill();
      try {
        assertThatThrownBy(() -> store.put(during, ANNA))
            .isInstanceOf(StoreAwayException.class)
            .hasMessageContaining("s3://bucket-");
        assertThatThrownBy(() -> read(store, Digest.of(before)))
            .isInstanceOf(StoreAwayException.class);
        assertThat(index.find(List.of(Digest.of(during)))).isEmpty();
      } finally {
        server.restart();
      }
      assertThat(read(store, Digest.of(before))).isEqualTo(before);
      assertThat(store.put(during, ANNA)).isInstanceOf(StoreResult.Stored.class);
      assertThat(folder.resolve("temp")).isEmptyDirectory();
    }
  }

  @Test
  void a_bucket_that_must_not_be_used_is_refused_with_what_to_do() throws Exception {
    String bucket = bucket();
    open(bucket, "farm", false).close();
    assertThatThrownBy(() -> open(bucket, "another farm", false))
        .isInstanceOf(CasException.class)
        .hasMessageContaining("holds the blobs of another farm");
    assertThatThrownBy(() -> open(bucket(), "farm", true))
        .isInstanceOf(CasException.class)
        .hasMessageContaining("never used by this farm");
    assertThatThrownBy(() -> open("no-such-bucket", "farm", false))
        .isInstanceOf(CasException.class)
        .hasMessageContaining("There is no bucket 'no-such-bucket'");
    assertThatThrownBy(() -> open(bucket, "a wrong secret", "farm", false))
        .isInstanceOf(CasException.class)
        .hasMessageContaining("refuses this key")
        .message()
        .doesNotContain("a wrong secret");
    assertThat(Files.readString(server.bucket(bucket).resolve("farm-one/farm"), UTF_8))
        .isEqualTo("farm");
  }
}

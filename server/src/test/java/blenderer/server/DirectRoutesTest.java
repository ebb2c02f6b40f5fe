package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.api.BlobSource;
import blenderer.api.ClientOptions;
import blenderer.api.ConnectionString;
import blenderer.api.DirectTransfer;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.LocalFileException;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import blenderer.s3.S3Location;
import blenderer.server.TestServer.Caller;
import blenderer.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server whose files lie in a bucket of a real S3 server. */
@Timeout(120)
@Tag("slow")
final class DirectRoutesTest {

  private static final Map<String, String> DIRECT =
      Map.of(DirectTransfer.HEADER, DirectTransfer.YES);

  @TempDir static Path data;

  private static S3Server store;
  private static TestServer farm;
  private static Caller anna;

  @BeforeAll
  static void start() throws Exception {
    store = S3Server.start(data.resolve("s3"));
    farm = farm(store, data.resolve("server"));
    anna = farm.enrol("artist", "anna");
  }

  @AfterAll
  static void stop() throws Exception {
    farm.close();
    store.close();
  }

  private static TestServer farm(S3Server store, Path folder) throws Exception {
    return farm(store, folder, "");
  }

  private static TestServer farm(S3Server store, Path folder, String more) throws Exception {
    System.setProperty("aws.accessKeyId", S3Server.KEY);
    System.setProperty("aws.secretAccessKey", S3Server.SECRET);
    store.makeBucket("files");
    return TestServer.start(
        TestServer.options(folder)
            .withBlobs(S3Location.parse("s3://files?endpoint=" + store.endpoint() + more)),
        Storage.inMemory(new blenderer.core.MemoryJournal()));
  }

  /** Calls each of these routes once, with success; for the test of every route. */
  static void upload(Path folder) throws Exception {
    try (S3Server store = S3Server.start(folder.resolve("s3"));
        TestServer farm = farm(store, folder.resolve("s3-farm"))) {
      Caller ada = farm.enrol("artist", "ada");
      byte[] blob = bytes(100_000, 9);
      String digest = Digest.of(blob).hex();
      Farm.NewUpload wanted = new Farm.NewUpload(digest, blob.length);
      ada.post("/v1/direct-uploads", wanted).expect(200);
      DirectTransfer.Address address =
          ada.post(
                  "/v1/direct-uploads/parts",
                  new DirectTransfer.Part(digest, blob.length, 0, digest))
              .as(DirectTransfer.Address.class);
      assertThat(address.headers()).containsKey("x-amz-checksum-sha256");
      try (FarmClient client = client(farm, ada, folder.resolve("s3-farm"))) {
        client.uploadBlob(
            Digest.of(blob), blob.length, BlobSource.bytes("x", blob), TransferProgress.NONE);
      }
      ada.post("/v1/direct-uploads/commit", wanted).expect(204);
    }
  }

  private static FarmClient client(TestServer farm, Caller caller, Path folder) throws IOException {
    ConnectionString connection =
        ConnectionString.parse(Files.readString(folder.resolve("admin.connection")))
            .withSecret(caller.secret());
    return new FarmClient(
        connection, ClientOptions.defaults().withTransferPatience(Duration.ofSeconds(3)));
  }

  private static FarmClient client() throws IOException {
    return client(farm, anna, data.resolve("server"));
  }

  private static byte[] bytes(int count, int seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void upload(FarmClient client, byte[] blob) {
    client.uploadBlob(
        Digest.of(blob), blob.length, BlobSource.bytes("it", blob), TransferProgress.NONE);
  }

  private static Path object(byte[] blob) {
    String hex = Digest.of(blob).hex();
    return store.bucket("files").resolve("blobs").resolve(hex.substring(0, 2)).resolve(hex);
  }

  @Test
  void blobs_of_every_size_go_there_and_back() throws Exception {
    for (int size : List.of(0, 10, 65_537, 9 << 20, (64 << 20) + 5)) {
      byte[] blob = bytes(size, size);
      Path back = data.resolve("back-" + size);
      try (FarmClient client = client()) {
        upload(client, blob);
        assertThat(client.missing(List.of(Digest.of(blob)))).isEmpty();
        client.downloadBlob(Digest.of(blob), back, TransferProgress.NONE);
      }
      assertThat(back).hasBinaryContent(blob);
      assertThat(object(blob)).hasSize(size);
    }
  }

  @Test
  void who_can_go_past_the_server_is_sent_there_and_all_others_get_bytes_from_it()
      throws Exception {
    byte[] blob = bytes(100_000, 1);
    String path = "/v1/blobs/" + Digest.of(blob);
    anna.whole(Digest.of(blob), blob).expect(204);
    assertThat(anna.get(path).expect(200).answer().body()).isEqualTo(blob);
    assertThat(anna.call("GET", path, Map.of("Range", "bytes=10-19"), null).expect(206))
        .extracting(reply -> reply.answer().body().length)
        .isEqualTo(10);
    String elsewhere = anna.call("GET", path, DIRECT, null).expect(307).answer().header("location");
    assertThat(elsewhere).startsWith(store.endpoint()).doesNotContain(anna.secret());
    byte[] other = bytes(100_000, 2);
    assertThat(
            anna.call(
                    "PUT",
                    "/v1/blobs/" + Digest.of(other),
                    Map.of(
                        DirectTransfer.HEADER,
                        DirectTransfer.YES,
                        "Content-Type",
                        "application/octet-stream"),
                    other)
                .problem(409)
                .code())
        .isEqualTo("send-direct");
  }

  @Test
  void a_store_with_a_certificate_of_ones_own_is_trusted_by_server_and_clients_alone()
      throws Exception {
    Path folder = data.resolve("secure-farm");
    try (S3Server secure = S3Server.startSecure(data.resolve("secure"))) {
      assertThatThrownBy(() -> farm(secure, data.resolve("trusts-nobody")))
          .isInstanceOf(ServerException.class)
          .hasMessageContaining("certif");
      try (TestServer farm = farm(secure, folder, "&ca=" + secure.certificate())) {
        Caller eva = farm.enrol("artist", "eva");
        byte[] blob = bytes(500_000, 8);
        Path back = data.resolve("secure-back");
        try (FarmClient client = client(farm, eva, folder)) {
          upload(client, blob);
          client.downloadBlob(Digest.of(blob), back, TransferProgress.NONE);
        }
        assertThat(back).hasBinaryContent(blob);
      }
    }
  }

  @Test
  void other_bytes_than_announced_are_refused_by_the_store_and_leave_nothing() throws Exception {
    byte[] blob = bytes(200_000, 3);
    byte[] other = bytes(200_000, 4);
    try (FarmClient client = client()) {
      assertThatThrownBy(
              () ->
                  client.uploadBlob(
                      Digest.of(blob),
                      blob.length,
                      BlobSource.bytes("scene.blend", other),
                      TransferProgress.NONE))
          .isInstanceOf(LocalFileException.class)
          .hasMessageContaining("scene.blend");
      assertThat(client.missing(List.of(Digest.of(blob)))).containsExactly(Digest.of(blob));
      assertThat(object(blob)).doesNotExist();
      upload(client, blob);
    }
  }

  @Test
  void odd_requests_are_named() throws Exception {
    String digest = Digest.of(bytes(1, 5)).hex();
    assertThat(anna.post("/v1/direct-uploads", new Farm.NewUpload("x", 1)).problem(400).code())
        .isEqualTo("bad-digest");
    assertThat(anna.post("/v1/direct-uploads", new Farm.NewUpload(digest, -1)).problem(422).code())
        .isEqualTo("bad-size");
    assertThat(
            anna.post("/v1/direct-uploads/parts", new DirectTransfer.Part(digest, 100, 1, digest))
                .problem(422)
                .code())
        .isEqualTo("bad-part");
    assertThat(
            anna.post("/v1/direct-uploads/commit", new Farm.NewUpload(digest, 100))
                .problem(409)
                .code())
        .isEqualTo("upload-incomplete");
    try (TestServer disk = TestServer.inMemory(data.resolve("disk"))) {
      Caller ben = disk.enrol("artist", "ben");
      assertThat(
              ben.post("/v1/direct-uploads", new Farm.NewUpload(digest, 100)).problem(409).code())
          .isEqualTo("not-direct");
    }
  }

  @Test
  void while_the_store_is_away_nothing_is_taken_and_afterwards_all_goes_on() throws Exception {
    byte[] before = bytes(100_000, 6);
    byte[] during = bytes(100_000, 7);
    Path back = data.resolve("after");
    try (FarmClient client = client()) {
      upload(client, before);
      store.kill();
      try {
        assertThatThrownBy(() -> upload(client, during))
            .isInstanceOf(FarmException.class)
            .hasMessageContaining("store");
        assertThatThrownBy(
                () -> client.downloadBlob(Digest.of(before), back, TransferProgress.NONE))
            .isInstanceOf(FarmException.class)
            .hasMessageContaining("store");
        assertThat(anna.get("/v1/blobs/" + Digest.of(before)).problem(503).code())
            .isEqualTo("store-away");
        assertThat(client.whoami().name()).isEqualTo("anna");
      } finally {
        store.restart();
      }
      upload(client, during);
      client.downloadBlob(Digest.of(before), back, TransferProgress.NONE);
      assertThat(back).hasBinaryContent(before);
      assertThat(client.missing(List.of(Digest.of(during)))).isEmpty();
    }
  }
}

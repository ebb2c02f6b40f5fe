package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ClientOptions;
import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.model.Digest;
import blenderer.server.TestServer.Caller;
import blenderer.server.http.TestHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file server. */
@Timeout(60)
class BlobRoutesTest {

  @TempDir private Path data;
  private TestServer farm;
  private Caller anna;

  @BeforeEach
  void start() throws IOException {
    farm = TestServer.inMemory(data.resolve("server"));
    anna = farm.enrol("artist", "anna");
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private TestHttp.Answer range(Digest digest, String range) throws IOException {
    return anna.call("GET", "/v1/blobs/" + digest, Map.of("Range", range), null).answer();
  }

  @Test
  void ranges_give_the_bytes_they_name() throws IOException {
    Digest digest = anna.upload("0123456789".getBytes(StandardCharsets.US_ASCII));
    TestHttp.Answer part = range(digest, "bytes=2-4");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.text()).isEqualTo("234");
    assertThat(part.header("content-range")).isEqualTo("bytes 2-4/10");
    assertThat(range(digest, "bytes=7-").text()).isEqualTo("789");
    assertThat(range(digest, "bytes=7-99").text()).isEqualTo("789");
    assertThat(range(digest, "bytes=-3").text()).isEqualTo("789");
    assertThat(range(digest, "bytes=0-1,4-5").status()).isEqualTo(200);
    TestHttp.Answer beyond = range(digest, "bytes=10-");
    assertThat(beyond.status()).isEqualTo(416);
    assertThat(beyond.header("content-range")).isEqualTo("bytes */10");
  }

  @Test
  void the_empty_blob_can_be_stored_and_read() throws IOException {
    Digest digest = anna.upload(new byte[0]);
    assertThat(anna.get("/v1/blobs/" + digest).expect(200).answer().body()).isEmpty();
  }

  @Test
  void a_small_blob_goes_in_one_call_and_wrong_bytes_are_refused() throws IOException {
    byte[] bytes = "a frame".getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(bytes);
    byte[] wrong = "b frame".getBytes(StandardCharsets.UTF_8);
    assertThat(anna.whole(digest, wrong).problem(422).code()).isEqualTo("digest-mismatch");
    anna.get("/v1/blobs/" + digest).expect(404);
    anna.whole(digest, bytes).expect(204);
    anna.whole(digest, bytes).expect(204);
    assertThat(anna.get("/v1/blobs/" + digest).expect(200).answer().body()).isEqualTo(bytes);
  }

  @Test
  void the_bytes_that_pass_are_counted() throws IOException {
    byte[] bytes = "twelve bytes".getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(bytes);
    anna.whole(digest, bytes).expect(204);
    anna.get("/v1/blobs/" + digest).expect(200);
    anna.get("/v1/blobs/" + digest).expect(200);
    anna.call("HEAD", "/v1/blobs/" + digest, Map.of(), null);

    String route = ",route=\"/v1/blobs/{digest}\"} ";
    assertThat(anna.get("/metrics").answer().text())
        .contains(
            "blenderer_http_bytes_total{direction=\"received\",method=\"PUT\"" + route + "12.0",
            "blenderer_http_bytes_total{direction=\"sent\",method=\"GET\"" + route + "24.0",
            "blenderer_http_bytes_total{direction=\"sent\",method=\"PUT\"" + route + "0.0");
  }

  @Test
  void a_blob_too_long_for_one_call_is_told_how_to_go() throws IOException {
    byte[] bytes = new byte[(8 << 20) + 1];
    assertThat(anna.whole(Digest.of(bytes), bytes).problem(413).code())
        .isEqualTo("too-large-for-one-call");
  }

  @Test
  void an_upload_goes_on_at_the_byte_where_it_stands() throws IOException {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    Digest digest = Digest.of(bytes);
    Farm.NewUpload wanted = new Farm.NewUpload(digest.hex(), bytes.length);
    Farm.Upload upload = anna.post("/v1/uploads", wanted).as(Farm.Upload.class);
    anna.part(upload.id(), 0, Arrays.copyOf(bytes, 100_000)).expect(200);
    assertThat(anna.part(upload.id(), 150_000, new byte[10]).problem(409).code())
        .isEqualTo("upload-offset");
    Farm.Upload again = anna.post("/v1/uploads", wanted).as(Farm.Upload.class);
    assertThat(again.id()).isEqualTo(upload.id());
    assertThat(again.received()).isEqualTo(100_000);
    assertThat(anna.post("/v1/uploads/" + upload.id() + "/commit").problem(409).code())
        .isEqualTo("upload-offset");
    anna.part(upload.id(), 100_000, Arrays.copyOfRange(bytes, 100_000, bytes.length)).expect(200);
    anna.post("/v1/uploads/" + upload.id() + "/commit").expect(204);
    assertThat(anna.post("/v1/uploads", wanted).as(Farm.Upload.class).complete()).isTrue();
  }

  @Test
  void a_connection_cut_in_mid_part_keeps_what_arrived() throws Exception {
    byte[] bytes = new byte[1 << 20];
    Digest digest = Digest.of(bytes);
    Farm.NewUpload wanted = new Farm.NewUpload(digest.hex(), bytes.length);
    Farm.Upload upload = anna.post("/v1/uploads", wanted).as(Farm.Upload.class);
    try (TestHttp http = farm.connect()) {
      http.write(
          "PUT /v1/uploads/"
              + upload.id()
              + "?offset=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
              + anna.secret()
              + "\r\nContent-Length: "
              + bytes.length
              + "\r\n\r\n"
              + "\0".repeat(500_000));
    }
    Farm.Upload now = anna.get("/v1/uploads/" + upload.id()).as(Farm.Upload.class);
    for (int i = 0; i < 500 && now.received() == 0; i++) {
      Thread.sleep(10);
      now = anna.get("/v1/uploads/" + upload.id()).as(Farm.Upload.class);
    }
    assertThat(now.received()).isBetween(1L, 500_000L);
  }

  @Test
  void wrong_bytes_are_refused_and_not_stored() throws IOException {
    Digest digest = Digest.of(new byte[] {1});
    Farm.Upload upload =
        anna.post("/v1/uploads", new Farm.NewUpload(digest.hex(), 1)).as(Farm.Upload.class);
    anna.part(upload.id(), 0, new byte[] {2}).expect(200);
    assertThat(anna.post("/v1/uploads/" + upload.id() + "/commit").problem(422).code())
        .isEqualTo("digest-mismatch");
    anna.get("/v1/blobs/" + digest).expect(404);
  }

  @Test
  void the_upload_of_somebody_else_cannot_be_touched() throws IOException {
    Caller ben = farm.enrol("artist", "ben");
    Digest digest = Digest.of(new byte[] {1});
    Farm.Upload upload =
        anna.post("/v1/uploads", new Farm.NewUpload(digest.hex(), 1)).as(Farm.Upload.class);
    ben.get("/v1/uploads/" + upload.id()).expect(404);
    ben.part(upload.id(), 0, new byte[] {1}).expect(404);
    ben.post("/v1/uploads/" + upload.id() + "/commit").expect(404);
  }

  @Test
  void odd_requests_are_named() throws IOException {
    assertThat(anna.get("/v1/blobs/abc").problem(400).code()).isEqualTo("bad-digest");
    assertThat(anna.post("/v1/blobs/missing", new Farm.Digests(List.of("x"))).problem(400).code())
        .isEqualTo("bad-digest");
    List<String> many = java.util.Collections.nCopies(10_001, Digest.of(new byte[0]).hex());
    assertThat(anna.post("/v1/blobs/missing", new Farm.Digests(many)).problem(422).code())
        .isEqualTo("too-many-digests");
    assertThat(anna.get("/v1/uploads/none").problem(404).code()).isEqualTo("upload-not-found");
  }

  @Test
  void the_typed_client_moves_a_large_file_there_and_back() throws IOException {
    Path file = data.resolve("large");
    byte[] bytes = new byte[20_000_003];
    new Random(2).nextBytes(bytes);
    Files.write(file, bytes);
    Digest digest = Digest.of(bytes);
    ConnectionString connection =
        ConnectionString.parse(Files.readString(data.resolve("server/admin.connection")))
            .withSecret(anna.secret());
    Path back = data.resolve("back");
    try (FarmClient client = new FarmClient(connection, ClientOptions.defaults())) {
      client.uploadBlob(
          digest,
          bytes.length,
          blenderer.api.BlobSource.file(file),
          blenderer.api.TransferProgress.NONE);
      assertThat(client.missing(List.of(digest))).isEmpty();
      client.downloadBlob(digest, back, blenderer.api.TransferProgress.NONE);
    }
    assertThat(Files.mismatch(file, back)).isEqualTo(-1);
  }
}

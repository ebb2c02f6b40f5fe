package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Archives;
import blenderer.model.Digest;
import blenderer.server.TestServer.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Renderers that nodes fetch: who may add them, what is refused, who may read them. */
@Timeout(60)
class ArchiveRoutesTest {

  private static final byte[] BYTES = "an archive".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(BYTES);

  @TempDir private Path data;
  private TestServer farm;

  @BeforeEach
  void start() throws IOException {
    farm = TestServer.inMemory(data);
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private static Archives.NewArchive archive(String version, String renderer) {
    return new Archives.NewArchive(
        DIGEST.hex(),
        "blender.tar.xz",
        renderer,
        version,
        List.of("cycles"),
        "b".repeat(64),
        "linux",
        "x86_64",
        1000);
  }

  @Test
  void an_admin_adds_it_and_a_node_may_read_it_until_it_is_removed() throws Exception {
    farm.admin.whole(DIGEST, BYTES).expect(204);
    Caller node = farm.enrol("node", "n1");
    assertThat(node.get("/v1/blobs/" + DIGEST).problem(403).code()).isEqualTo("not-leased");
    farm.admin.post("/v1/renderers", archive("4.2.3", "blender")).expect(201);
    assertThat(farm.admin.get("/v1/renderers").as(Archives.ArchiveList.class).archives())
        .singleElement()
        .satisfies(one -> assertThat(one.size()).isEqualTo(BYTES.length));
    node.get("/v1/blobs/" + DIGEST).expect(200);
    farm.admin.delete("/v1/renderers/" + DIGEST).expect(204);
    assertThat(node.get("/v1/blobs/" + DIGEST).problem(403).code()).isEqualTo("not-leased");
    assertThat(farm.admin.delete("/v1/renderers/" + DIGEST).problem(404).code())
        .isEqualTo("renderer-not-found");
  }

  @Test
  void others_may_only_look() throws Exception {
    farm.admin.whole(DIGEST, BYTES).expect(204);
    Caller artist = farm.enrol("artist", "anna");
    assertThat(artist.post("/v1/renderers", archive("4.2.3", "blender")).problem(403).code())
        .isEqualTo("role-not-allowed");
    artist.get("/v1/renderers").expect(200);
    assertThat(farm.enrol("node", "n1").get("/v1/renderers").problem(403).code())
        .isEqualTo("role-not-allowed");
  }

  @Test
  void what_was_not_uploaded_or_makes_no_sense_is_refused() throws Exception {
    assertThat(farm.admin.post("/v1/renderers", archive("4.2.3", "blender")).problem(422).code())
        .isEqualTo("blobs-missing");
    farm.admin.whole(DIGEST, BYTES).expect(204);
    assertThat(farm.admin.post("/v1/renderers", archive("new", "blender")).problem(422).code())
        .isEqualTo("bad-renderer");
    assertThat(farm.admin.post("/v1/renderers", archive("4.2.3", "../sh")).problem(400).code())
        .isEqualTo("bad-parameter");
    assertThat(farm.admin.get("/v1/renderers").as(Archives.ArchiveList.class).archives()).isEmpty();
  }
}

package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Films;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import blenderer.server.http.TestHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Grids, files and archives as a page asks for them, on a real journal. */
@Timeout(60)
class FilmTest {

  @TempDir private Path data;
  private TestServer farm;
  private Caller anna;
  private Node node;

  @BeforeEach
  void start() throws IOException {
    farm = TestServer.sqlite(data);
    anna = farm.enrol("artist", "anna");
    node = new Node(farm.enrol("node", "n1"));
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  @Test
  void a_known_grid_is_patched_with_what_changed_since() throws Exception {
    String path = "/v1/jobs/" + anna.submit("1-10:3,20-22").id();
    Films.Grid whole = anna.get(path + "/grid").as(Films.Grid.class);
    assertThat(whole.states()).isEqualTo(".......");
    assertThat(whole.label()).isEqualTo("Frame");
    assertThat(whole.items())
        .containsExactly(new Films.Run(0, 4, 1, 3), new Films.Run(4, 3, 20, 1));
    NodeSync.WantedLease lease = node.lease();
    Films.Grid leased = anna.get(path + "/grid?since=" + whole.revision()).as(Films.Grid.class);
    assertThat(leased.states()).isNull();
    assertThat(leased.changes()).isNotEmpty().extracting(Films.Change::state).containsOnly("r");
    node.finish(lease);
    Films.Grid done = anna.get(path + "/grid?since=" + leased.revision()).as(Films.Grid.class);
    assertThat(done.changes()).contains(new Films.Change(0, "d"));
    StringBuilder patched = new StringBuilder(whole.states());
    for (Films.Grid news : List.of(leased, done)) {
      for (Films.Change change : Objects.requireNonNull(news.changes())) {
        patched.setCharAt(change.index(), change.state().charAt(0));
      }
    }
    assertThat(anna.get(path + "/grid").as(Films.Grid.class).states())
        .isEqualTo(patched.toString());
    // A revision that the server knows nothing of gets the whole.
    assertThat(anna.get(path + "/grid?since=0").as(Films.Grid.class).states()).isNotNull();
  }

  @Test
  void a_node_tells_how_its_computer_is_and_the_last_word_is_kept() throws Exception {
    NodeSync.Request plain = node.request(List.of(), List.of(), 0);
    NodeSync.Host host =
        new NodeSync.Host(
            1.5, 1L << 30, 7, 9, List.of(new NodeSync.Warm("j", "shot", "blender 4.3.2", 5)));
    NodeSync.Request telling =
        new NodeSync.Request(
            plain.protocol(),
            plain.boot(),
            plain.sequence(),
            0,
            1,
            false,
            List.of(),
            List.of(),
            plain.facts(),
            null,
            null,
            host);
    node.caller.post("/v1/node/sync", telling).expect(200);
    node.sync(List.of(), List.of());
    assertThat(anna.get("/v1/nodes/n1").as(blenderer.api.FarmFigures.NodePage.class).host())
        .isEqualTo(host);
  }

  @Test
  void jobs_are_found_by_text_and_several_states() throws Exception {
    Jobs.Job job = anna.submit("1-2");
    anna.post("/v1/jobs/" + anna.submit("3-4").id() + "/cancel").expect(200);
    assertThat(ids("/v1/jobs?state=open&q=SHOT")).containsExactly(job.id());
    assertThat(ids("/v1/jobs?state=waiting,cancelled&traces=no")).hasSize(2);
    assertThat(ids("/v1/jobs?q=" + job.id().substring(0, 20))).contains(job.id());
    assertThat(ids("/v1/jobs?q=nothing")).isEmpty();
    assertThat(anna.get("/v1/jobs?state=open,odd").problem(400).code()).isEqualTo("bad-parameter");
  }

  private List<String> ids(String path) throws IOException {
    return anna.get(path).as(Jobs.JobPage.class).jobs().stream().map(Jobs.Job::id).toList();
  }

  @Test
  void all_files_come_in_one_archive_and_one_file_comes_in_ranges() throws Exception {
    String path = "/v1/jobs/" + anna.submit("1-4").id();
    assertThat(anna.get(path + "/files.zip").problem(404).code()).isEqualTo("no-files");
    node.finish(node.lease());
    byte[] one = anna.get(path + "/file?path=s0/0.png").expect(200).answer().body();
    TestHttp.Answer answer = anna.get(path + "/files.zip").expect(200).answer();
    assertThat(answer.header("content-disposition"))
        .startsWith("attachment; filename=\"shot.zip\"");
    Map<String, byte[]> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    assertThat(files).isNotEmpty().containsEntry("s0/0.png", one);
    TestHttp.Answer part =
        anna.call("GET", path + "/file?path=s0/0.png", Map.of("Range", "bytes=1-3"), null)
            .expect(206)
            .answer();
    assertThat(part.text())
        .isEqualTo(new String(one, 1, 3, java.nio.charset.StandardCharsets.UTF_8));
    assertThat(part.header("content-range")).isEqualTo("bytes 1-3/" + one.length);
    assertThat(part.header("content-disposition")).isEmpty();
    assertThat(
            anna.get(path + "/file?path=s0/0.png&save=1")
                .expect(200)
                .answer()
                .header("content-disposition"))
        .isEqualTo("attachment; filename=\"0.png\"; filename*=UTF-8''0.png");
  }
}

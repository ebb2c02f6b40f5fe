package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.Secrets;
import blenderer.core.MemoryJournal;
import blenderer.model.Digest;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import blenderer.server.TestServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes a job, and what is refused with nothing half-made. */
@Timeout(60)
class JobSubmissionTest {

  @TempDir private Path data;
  private TestServer farm;
  private Caller anna;

  @BeforeEach
  void start() throws IOException {
    farm = TestServer.inMemory(data);
    anna = farm.enrol("artist", "anna");
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private Jobs.Submit submission() throws IOException {
    return TestServer.submission("1-4", anna.manifest("scene.blend", "scene"));
  }

  private void assertNoJob() throws IOException {
    assertThat(anna.get("/v1/jobs").as(Jobs.JobPage.class).jobs()).isEmpty();
  }

  private static Jobs.Submit with(Jobs.Submit s, String template, Map<String, String> parameters) {
    return new Jobs.Submit(
        s.name(),
        s.project(),
        s.priority(),
        template,
        s.manifest(),
        parameters,
        s.requirements(),
        s.settings());
  }

  @Test
  void the_same_key_and_body_give_the_same_job_and_another_body_is_refused() throws IOException {
    Jobs.Submit submit = submission();
    String id = anna.submit(submit, "k1").expect(201).as(Jobs.Job.class).id();
    assertThat(anna.submit(submit, "k1").expect(201).as(Jobs.Job.class).id()).isEqualTo(id);
    Jobs.Submit other = with(submit, submit.template(), Map.of("Frames", "1-5"));
    assertThat(anna.submit(other, "k1").problem(409).code()).isEqualTo("idempotency-mismatch");
    assertThat(anna.submit(submit, "k2").as(Jobs.Job.class).id()).isNotEqualTo(id);
    anna.delete("/v1/jobs/" + id).expect(204);
    assertThat(anna.submit(submit, "k1").problem(409).code()).isEqualTo("job-deleted");
  }

  @Test
  void ids_may_be_shortened_until_they_are_ambiguous() throws IOException {
    Jobs.Submit submit = submission();
    Jobs.Job one = anna.submit(submit).as(Jobs.Job.class);
    anna.submit(submit).expect(201);
    assertThat(anna.get("/v1/jobs/" + one.id().substring(0, 3)).problem(409).code())
        .isEqualTo("ambiguous-id");
    assertThat(anna.get("/v1/jobs/zzz").problem(404).code()).isEqualTo("job-not-found");
  }

  @Test
  void repeats_at_the_same_time_make_one_job() throws Exception {
    Jobs.Submit submit = submission();
    List<Future<String>> replies = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        replies.add(
            callers.submit(() -> anna.submit(submit, "k").expect(201).as(Jobs.Job.class).id()));
      }
      String id = replies.getFirst().get();
      for (Future<String> reply : replies) {
        assertThat(reply.get()).isEqualTo(id);
      }
    }
    assertThat(anna.get("/v1/jobs").as(Jobs.JobPage.class).jobs()).hasSize(1);
  }

  @Test
  void a_submission_without_a_key_is_refused() throws IOException {
    assertThat(anna.post("/v1/jobs", submission()).problem(400).code())
        .isEqualTo("idempotency-key-missing");
    assertNoJob();
  }

  @Test
  void a_template_that_is_not_shipped_is_refused() throws IOException {
    Digest own = anna.upload("specificationVersion: x".getBytes(StandardCharsets.UTF_8));
    Jobs.Submit submit = with(submission(), own.hex(), Map.of());
    assertThat(anna.submit(submit).problem(403).code()).isEqualTo("permission-missing");
    assertNoJob();
  }

  @Test
  void every_wrong_parameter_is_named_at_once() throws IOException {
    Jobs.Submit submit = submission();
    Map<String, String> wrong = Map.of("Frames", "1-4", "Nope", "1", "Other", "2");
    Farm.Problem problem = anna.submit(with(submit, submit.template(), wrong)).problem(422);
    assertThat(problem.code()).isEqualTo("parameters-invalid");
    assertThat(problem.title())
        .contains("/parameterValues/Nope")
        .contains("/parameterValues/Other");
    Farm.Problem range =
        anna.submit(with(submit, submit.template(), Map.of("Frames", "1-4,3"))).problem(422);
    assertThat(range.title()).contains("3");
    assertNoJob();
  }

  @Test
  void missing_files_are_named() throws IOException {
    Digest manifest = anna.manifest("scene.blend", "scene");
    Digest absent = Digest.of(new byte[] {1});
    String json =
        "{\"version\":1,\"files\":[{\"path\":\"tex/wood.png\",\"digest\":\""
            + absent
            + "\",\"size\":1}]}";
    Digest lacking = anna.upload(json.getBytes(StandardCharsets.UTF_8));
    Farm.Problem problem = anna.submit(TestServer.submission("1", lacking)).problem(409);
    assertThat(problem.code()).isEqualTo("blobs-missing");
    assertThat(problem.title()).contains("tex/wood.png");
    assertThat(anna.submit(TestServer.submission("1", absent)).problem(409).code())
        .isEqualTo("blobs-missing");
    assertNoJob();
    anna.submit(TestServer.submission("1", manifest)).expect(201);
  }

  @Test
  void a_path_that_climbs_out_of_the_workspace_is_refused_by_name() throws IOException {
    Digest file = anna.upload(new byte[] {7});
    for (String path : List.of("../evil", "/etc/passwd", "a/../../b", "con", "C:/x")) {
      String json =
          "{\"version\":1,\"files\":[{\"path\":\""
              + path
              + "\",\"digest\":\""
              + file
              + "\",\"size\":1}]}";
      Digest manifest = anna.upload(json.getBytes(StandardCharsets.UTF_8));
      Farm.Problem problem = anna.submit(TestServer.submission("1", manifest)).problem(422);
      assertThat(problem.title()).contains(path);
    }
    assertNoJob();
  }

  @Test
  void a_manifest_that_lies_about_a_size_is_refused() throws IOException {
    Digest file = anna.upload(new byte[] {7});
    String json =
        "{\"version\":1,\"files\":[{\"path\":\"a\",\"digest\":\"" + file + "\",\"size\":2}]}";
    Digest manifest = anna.upload(json.getBytes(StandardCharsets.UTF_8));
    assertThat(anna.submit(TestServer.submission("1", manifest)).problem(422).code())
        .isEqualTo("manifest-size");
  }

  @Test
  void missing_and_odd_fields_are_named() throws IOException {
    Map<String, String> key = Map.of("Idempotency-Key", Secrets.newKey());
    Reply reply = anna.json("POST", "/v1/jobs", "{\"name\":\"x\"}", key);
    assertThat(reply.problem(422).code()).isEqualTo("field-missing");
    Jobs.Submit s = submission();
    Jobs.Submit loud =
        new Jobs.Submit(
            s.name(),
            s.project(),
            101,
            s.template(),
            s.manifest(),
            s.parameters(),
            s.requirements(),
            s.settings());
    assertThat(anna.submit(loud).problem(422).code()).isEqualTo("bad-priority");
    assertNoJob();
  }

  @Test
  void a_full_disk_refuses_people_but_not_nodes_and_not_deletes() throws Exception {
    String id = anna.submit("1").id();
    String secret = anna.secret();
    Storage storage = farm.storage;
    farm.close();
    try (TestServer full =
        TestServer.start(TestServer.options(data).withMinFree(Long.MAX_VALUE / 2), storage)) {
      Caller again = full.caller(secret);
      byte[] bytes = {1, 2, 3};
      Farm.NewUpload upload = new Farm.NewUpload(Digest.of(bytes).hex(), 3);
      Farm.Problem problem = again.post("/v1/uploads", upload).problem(507);
      assertThat(problem.code()).isEqualTo("disk-full");
      assertThat(problem.retry()).isEqualTo("here");
      Digest manifest = Digest.of("scene 1".getBytes(StandardCharsets.UTF_8));
      assertThat(again.submit(TestServer.submission("1", manifest)).problem(507).code())
          .isEqualTo("disk-full");
      Node node = new Node(full.enrol("node", "n"));
      assertThat(node.finish(node.lease())).hasSize(1);
      again.delete("/v1/jobs/" + id).expect(204);
    }
  }

  @Test
  void a_journal_that_fails_makes_the_server_read_only_until_it_works_again() throws Exception {
    Jobs.Submit submit = submission();
    MemoryJournal journal = (MemoryJournal) farm.storage.journal();
    for (int i = 0; i < 3; i++) {
      journal.failNextCommit();
    }
    assertThat(anna.submit(submit, "k").problem(503).code()).isEqualTo("read-only");
    farm.caller("").get("/healthz").expect(503);
    assertNoJob();
    Reply reply = anna.submit(submit, "k");
    for (int i = 0; i < 200 && reply.status() == 503; i++) {
      Thread.sleep(50);
      reply = anna.submit(submit, "k");
    }
    reply.expect(201);
    farm.caller("").get("/healthz").expect(200);
    assertThat(anna.get("/v1/jobs").as(Jobs.JobPage.class).jobs()).hasSize(1);
  }
}

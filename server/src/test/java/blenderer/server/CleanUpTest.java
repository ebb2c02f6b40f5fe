package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.CleanUp;
import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.Reports;
import blenderer.model.Digest;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clean-up of finished jobs, on a real journal. */
@Timeout(60)
class CleanUpTest {

  @TempDir private Path data;

  private static CleanUp.Rule rule(String kind) {
    return new CleanUp.Rule(kind, 0, null, null, null);
  }

  private static CleanUp.Report run(TestServer farm, boolean dry, String... kinds)
      throws IOException {
    List<CleanUp.Rule> rules = List.of(kinds).stream().map(CleanUpTest::rule).toList();
    return farm.admin.post("/v1/clean-up", new CleanUp.Run(dry, rules)).as(CleanUp.Report.class);
  }

  private static CleanUp.Job held(TestServer farm, String job) throws IOException {
    return farm.admin.get("/v1/storage").as(CleanUp.Storage.class).jobs().stream()
        .filter(one -> one.id().equals(job))
        .findAny()
        .orElse(new CleanUp.Job(job, "", "", "", "", null, 0, 0, 0, 0));
  }

  /** The journal is swept beside everything else. */
  private static CleanUp.Job swept(TestServer farm, String job) throws Exception {
    CleanUp.Job now = held(farm, job);
    for (int i = 0; i < 500 && now.frames() + now.logs() > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(10);
      now = held(farm, job);
    }
    return now;
  }

  @Test
  void what_finished_jobs_hold_goes_and_what_others_need_stays() throws Exception {
    try (TestServer farm = TestServer.sqlite(data)) {
      Caller anna = farm.enrol("artist", "anna");
      Node node = new Node(farm.enrol("node", "n1"));
      Digest scene = anna.manifest("scene.blend", "shared by both");
      Jobs.Job done = anna.submit(TestServer.submission("1-4", scene)).as(Jobs.Job.class);
      String path = "/v1/jobs/" + done.id();
      while (!anna.get(path).as(Jobs.Job.class).state().equals("done")) {
        node.finish(node.lease());
      }
      Jobs.Job live = anna.submit(TestServer.submission("5-8", scene)).as(Jobs.Job.class);
      CleanUp.Job before = held(farm, done.id());
      assertThat(before.frames()).isPositive();
      assertThat(before.logs()).isPositive();
      assertThat(before.scenes()).isPositive();

      CleanUp.Report dry = run(farm, true, "scenes", "frames", "logs");
      assertThat(dry.items())
          .extracting(item -> item.job() + " " + item.kind())
          .containsExactly(done.id() + " scenes", done.id() + " frames", done.id() + " logs");
      // The other job needs the same scene.
      assertThat(dry.bytes()).isEqualTo(before.frames() + before.logs());
      assertThat(held(farm, done.id())).isEqualTo(before);

      assertThat(run(farm, false, "scenes", "frames", "logs").items()).isEqualTo(dry.items());
      CleanUp.Job after = swept(farm, done.id());
      assertThat(after.frames()).isZero();
      assertThat(after.logs()).isZero();
      assertThat(held(farm, live.id()).scenes()).isEqualTo(before.scenes());
      Jobs.Job cleaned = anna.get(path).as(Jobs.Job.class);
      assertThat(Objects.requireNonNull(cleaned.cleaned()))
          .containsOnlyKeys("frames", "logs", "scenes");
      assertThat(cleaned.tasks().done()).isEqualTo(4);
      // It can be seen and cannot come to life again; the other one can be rendered.
      assertThat(anna.post(path + "/retry", new Jobs.Retry(null, "1", null)).problem(409).code())
          .isEqualTo("job-cleaned");
      assertThat(anna.get(path + "/grid").answer().text()).contains("dddd");
      node.finish(node.lease());
      assertThat(anna.get("/v1/blobs/" + scene).status()).isEqualTo(200);
    }
    try (TestServer again = TestServer.sqlite(data)) {
      assertThat(again.admin.get("/v1/jobs?state=done").as(Jobs.JobPage.class).jobs())
          .singleElement()
          .satisfies(job -> assertThat(job.cleaned()).isNotNull());
    }
  }

  @Test
  void whole_jobs_go_and_the_audit_log_says_who_did_it() throws Exception {
    try (TestServer farm = TestServer.sqlite(data)) {
      Caller anna = farm.enrol("artist", "anna");
      Jobs.Job job = anna.submit("1-2");
      anna.post("/v1/jobs/" + job.id() + "/cancel").expect(200);
      Jobs.Job other = anna.submit("1-3");
      assertThat(run(farm, false, "jobs").items()).hasSize(1);
      anna.get("/v1/jobs/" + job.id()).expect(404);
      anna.get("/v1/jobs/" + other.id()).expect(200);
      Reports.AuditEntry newest =
          farm.admin.get("/v1/audit?limit=1").as(Reports.AuditPage.class).entries().getFirst();
      assertThat(newest.call()).isEqualTo("POST /v1/clean-up");
      assertThat(anna.post("/v1/clean-up", new CleanUp.Run(true, null)).problem(403).code())
          .isEqualTo("role-not-allowed");
    }
  }

  @Test
  void rules_survive_a_restart_and_wrong_ones_are_refused() throws Exception {
    CleanUp.Rules rules =
        new CleanUp.Rules(
            List.of(
                new CleanUp.Rule("frames", 30, 5L << 30, List.of("done"), "film"),
                new CleanUp.Rule("jobs", 365, null, List.of("cancelled", "failed"), null)));
    try (TestServer farm = TestServer.sqlite(data)) {
      farm.admin.json("PUT", "/v1/clean-up/rules", rules, Map.of()).expect(200);
      for (CleanUp.Rule wrong :
          List.of(
              rule("dust"),
              new CleanUp.Rule("frames", null, null, null, null),
              new CleanUp.Rule("frames", -1, null, null, null),
              new CleanUp.Rule("frames", 1, null, List.of("running"), null))) {
        assertThat(refused(farm, wrong)).as(wrong.toString()).isEqualTo("bad-rule");
      }
    }
    try (TestServer again = TestServer.sqlite(data)) {
      assertThat(again.admin.get("/v1/clean-up/rules").as(CleanUp.Rules.class)).isEqualTo(rules);
    }
  }

  private static @Nullable String refused(TestServer farm, CleanUp.Rule rule) throws IOException {
    return farm.admin
        .json("PUT", "/v1/clean-up/rules", new CleanUp.Rules(List.of(rule)), Map.of())
        .problem(422)
        .code();
  }

  @Test
  void bytes_that_nothing_needs_are_counted_apart() throws Exception {
    try (TestServer farm = TestServer.sqlite(data)) {
      Caller anna = farm.enrol("artist", "anna");
      anna.upload("lonely".getBytes(StandardCharsets.UTF_8));
      CleanUp.Storage use = farm.admin.get("/v1/storage").as(CleanUp.Storage.class);
      assertThat(use.kinds()).contains(new CleanUp.Kind("unused", 6, 1));
      assertThat(use.free()).isPositive();
      assertThat(farm.enrol("viewer", "vera").get("/v1/storage").status()).isEqualTo(200);
      assertThat(anna.get("/v1/whoami").as(Farm.Identity.class).role()).isEqualTo("artist");
    }
  }

  @Test
  void traces_that_nobody_submitted_are_deleted_after_a_day() throws Exception {
    String kept;
    String left;
    try (TestServer farm = TestServer.sqlite(data)) {
      Caller anna = farm.enrol("artist", "anna");
      Jobs.Submit plain = TestServer.submission("1-2", anna.manifest("scene.blend", "a scene"));
      kept = anna.submit(plain).as(Jobs.Job.class).id();
      Jobs.Submit trace =
          new Jobs.Submit(
              "look",
              plain.project(),
              plain.priority(),
              plain.template(),
              plain.manifest(),
              plain.parameters(),
              plain.requirements(),
              Map.of("purpose", "trace"));
      left = anna.submit(trace).as(Jobs.Job.class).id();
    }
    try (TestServer soon = TestServer.sqlite(data)) {
      soon.admin.get("/v1/jobs/" + left).expect(200);
    }
    ServerOptions later =
        TestServer.options(data)
            .withClock(
                InstantSource.offset(InstantSource.system(), Duration.ofHours(25)),
                Duration.ofDays(90));
    try (TestServer farm = TestServer.start(later, Storage.sqlite(data))) {
      for (int i = 0; i < 500 && farm.admin.get("/v1/jobs/" + left).status() != 404; i++) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      farm.admin.get("/v1/jobs/" + left).expect(404);
      farm.admin.get("/v1/jobs/" + kept).expect(200);
    }
  }
}

package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.model.Digest;
import blenderer.server.TestServer.Caller;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What admins say of people and projects. */
class RulesTest {

  @TempDir Path data;
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

  private int set(String name, String value) throws IOException {
    return farm.admin
        .json("PUT", "/v1/limits/" + name, new Farm.NewLimit(new BigDecimal(value)), Map.of())
        .status();
  }

  @Test
  void an_artist_gives_no_higher_priority_than_the_ceiling_and_an_admin_does() throws IOException {
    Jobs.Job job = anna.submit("1");
    assertThat(set("priority.artist", "60")).isEqualTo(200);
    Digest manifest = Digest.of("scene 1".getBytes(StandardCharsets.UTF_8));
    Jobs.Submit s = TestServer.submission("1", manifest);
    Jobs.Submit loud =
        new Jobs.Submit(
            s.name(),
            s.project(),
            61,
            s.template(),
            s.manifest(),
            s.parameters(),
            s.requirements(),
            s.settings());
    assertThat(anna.submit(loud).problem(403).code()).isEqualTo("priority-too-high");
    assertThat(change(anna, job, 61)).isEqualTo(403);
    assertThat(change(anna, job, 60)).isEqualTo(200);
    assertThat(change(farm.admin, job, 90)).isEqualTo(200);
    farm.admin.delete("/v1/limits/priority.artist").expect(204);
    assertThat(change(anna, job, 100)).isEqualTo(200);
  }

  private static int change(Caller caller, Jobs.Job job, int priority) throws IOException {
    return caller
        .json("PATCH", "/v1/jobs/" + job.id(), new Jobs.Change(priority, null), Map.of())
        .status();
  }

  @ParameterizedTest
  @CsvSource({
    "priority.artist,49,422",
    "priority.artist,101,422",
    "priority.preempt,101,422",
    "priority.preempt,90,200",
    "priority.artist,60.5,422",
    "share.person.anna,0,422",
    "share.person.anna,0.5,200",
    "share.person.,2,422",
    "share.project.Film,101,422",
    "slots.person.anna,1.5,422",
    "slots.project.Film,0,200"
  })
  void what_makes_no_sense_is_refused(String name, String value, int status) throws IOException {
    assertThat(set(name, value)).isEqualTo(status);
  }

  @Test
  void names_keep_their_case() throws IOException {
    set("slots.project.Film", "4");
    assertThat(farm.admin.get("/v1/limits").as(Farm.LimitList.class).limits())
        .extracting(Farm.Limit::name)
        .containsExactly("slots.project.Film");
  }

  private Jobs.Submit on(Jobs.Terms terms) throws IOException {
    return TestServer.submission("1", anna.manifest("scene.blend", "scene 1")).on(terms);
  }

  @Test
  void a_held_job_starts_when_it_is_resumed() throws IOException {
    anna.submit("1");
    Jobs.Job held = anna.submit(on(new Jobs.Terms(true, null, null, null))).as(Jobs.Job.class);
    assertThat(held.state()).isEqualTo("held");
    Jobs.Job resumed = anna.post("/v1/jobs/" + held.id() + "/resume").as(Jobs.Job.class);
    assertThat(resumed.state()).isEqualTo("waiting");
  }

  @Test
  void a_job_says_its_pools_and_is_moved_to_others() throws IOException {
    Jobs.Terms any = new Jobs.Terms(null, null, null, null);
    Jobs.Job job = anna.submit(on(any.in(List.of("Fast", "gpu")))).as(Jobs.Job.class);
    assertThat(Objects.requireNonNull(job.terms()).pools()).containsExactly("fast", "gpu");
    Jobs.Job moved = patch(job, any.in(List.of("Slow"))).as(Jobs.Job.class);
    assertThat(Objects.requireNonNull(moved.terms()).pools()).containsExactly("slow");
    assertThat(patch(job, any.in(List.of())).as(Jobs.Job.class).terms()).isNull();
    assertThat(patch(job, any.in(List.of("no pool"))).problem(422).code()).isEqualTo("bad-pool");
    assertThat(anna.submit(on(any.in(List.of("no pool")))).problem(422).code())
        .isEqualTo("bad-pool");
  }

  @Test
  void a_job_in_preview_order_says_so() throws IOException {
    Jobs.Submit submit = TestServer.submission("1-9", anna.manifest("scene.blend", "scene 1"));
    Jobs.Job job = anna.submit(submit.probing("preview")).as(Jobs.Job.class);
    assertThat(anna.get("/v1/jobs/" + job.id()).as(Jobs.Job.class).probe()).isEqualTo("preview");
    assertThat(anna.submit(submit.probing("sideways")).problem(422).code()).isEqualTo("bad-probe");
  }

  @Test
  void a_jobs_terms_are_kept_shown_and_changed() throws IOException {
    Jobs.Job before = anna.submit("1");
    Jobs.Terms terms = new Jobs.Terms(null, 3, 4_000_000_000_000L, List.of(before.id()));
    Jobs.Job job = anna.submit(on(terms)).as(Jobs.Job.class);
    assertThat(job.terms()).isEqualTo(terms);
    assertThat(anna.get("/v1/jobs/" + job.id() + "/why").as(Jobs.Why.class).reasons())
        .contains("The job waits until job '" + before.name() + "' is done.")
        .anyMatch(reason -> reason.startsWith("The job does not start before 2096-10-02T"));
    Jobs.Job changed = patch(job, new Jobs.Terms(null, 0, 0L, List.of())).as(Jobs.Job.class);
    assertThat(changed.terms()).isNull();
  }

  private TestServer.Reply patch(Jobs.Job job, Jobs.Terms terms) throws IOException {
    return anna.json("PATCH", "/v1/jobs/" + job.id(), new Jobs.Change(null, null, terms), Map.of());
  }

  @Test
  void terms_that_make_no_sense_leave_nothing_behind() throws IOException {
    Jobs.Job first = anna.submit("1");
    Jobs.Job second = anna.submit("1");
    assertThat(anna.submit(on(new Jobs.Terms(null, -1, null, null))).problem(422).code())
        .isEqualTo("bad-slots");
    assertThat(anna.submit(on(new Jobs.Terms(null, null, -5L, null))).problem(422).code())
        .isEqualTo("bad-start");
    Jobs.Terms nobody = new Jobs.Terms(null, null, null, List.of("01nothing"));
    assertThat(anna.submit(on(nobody)).problem(404).code()).isEqualTo("job-not-found");
    assertThat(
            patch(first, new Jobs.Terms(null, null, null, List.of(second.id())))
                .problem(422)
                .code())
        .isEqualTo("bad-after");
    anna.post("/v1/jobs/" + first.id() + "/cancel").expect(200);
    Jobs.Terms gone = new Jobs.Terms(null, null, null, List.of(first.id()));
    assertThat(anna.submit(on(gone)).problem(409).code()).isEqualTo("before-not-done");
    assertThat(anna.get("/v1/jobs").as(Jobs.JobPage.class).jobs()).hasSize(2);
  }
}

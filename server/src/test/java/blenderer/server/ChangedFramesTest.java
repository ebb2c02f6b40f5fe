package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that are given other frames. */
@Timeout(60)
class ChangedFramesTest {

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

  private TestServer.Reply frames(Jobs.Job job, String frames) throws IOException {
    Jobs.Terms terms = new Jobs.Terms(null, null, null, null).withFrames(frames);
    return anna.json("PATCH", "/v1/jobs/" + job.id(), new Jobs.Change(70, null, terms), Map.of());
  }

  private List<String> items(Jobs.Job job) throws IOException {
    return anna.get("/v1/jobs/" + job.id() + "/tasks").as(Jobs.TaskPage.class).tasks().stream()
        .map(task -> task.item() + " " + task.state())
        .toList();
  }

  @Test
  void a_running_job_gets_other_frames_and_tasks_keep_their_indexes() throws Exception {
    Jobs.Job job = anna.submit("3-5");
    NodeSync.WantedLease lease = node.lease();
    Jobs.Job changed = frames(job, "1,4-6").as(Jobs.Job.class);
    assertThat(changed.tasks().total()).isEqualTo(4);
    assertThat(changed.tasks().cancelled()).isZero();
    assertThat(changed.priority()).isEqualTo(70);
    assertThat(Objects.requireNonNull(changed.terms()).frames()).isEqualTo("1,4-6");
    for (int round = 0; round < 10 && !jobState(job).equals("done"); round++) {
      NodeSync.WantedLease next = node.lease();
      NodeSync.Grant grant = Objects.requireNonNull(next.grant());
      NodeSync.Frames now = Objects.requireNonNull(grant.frames());
      assertThat(now.added()).containsExactly("1,6");
      assertThat(now.now()).isEqualTo("1,4-6");
      assertThat(grant.parameters()).containsEntry("Frames", "3-5");
      node.finish(next);
    }
    assertThat(jobState(job)).isEqualTo("done");
    assertThat(items(job)).containsExactly("3 skipped", "4 done", "5 done", "1 done", "6 done");
    assertThat(lease.wanted()).startsWith("0");
    // A finished job takes up what it was given later, and what was left out.
    Jobs.Job more = frames(job, "3-6").as(Jobs.Job.class);
    assertThat(more.state()).isEqualTo("running");
    node.finish(node.lease());
    assertThat(items(job)).containsExactly("3 done", "4 done", "5 done", "1 done", "6 done");
    assertThat(jobState(job)).isEqualTo("done");
  }

  private String jobState(Jobs.Job job) throws IOException {
    return anna.get("/v1/jobs/" + job.id()).as(Jobs.Job.class).state();
  }

  @Test
  void frames_that_make_no_sense_change_nothing() throws Exception {
    Jobs.Job job = anna.submit("3-5");
    assertThat(frames(job, "5-3x").problem(422).code()).isEqualTo("bad-frames");
    assertThat(frames(job, "1-9000000").problem(422).code()).isEqualTo("too-many-frames");
    Jobs.Job same = frames(job, "3-5").as(Jobs.Job.class);
    assertThat(same.terms()).isNull();
    anna.post("/v1/jobs/" + job.id() + "/cancel").expect(200);
    assertThat(frames(job, "3-7").problem(409).code()).isEqualTo("job-finished");
  }
}

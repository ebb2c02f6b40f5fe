package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.model.Digest;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job's way through the server, with SQLite below. */
@Timeout(60)
class FarmFlowTest {

  @TempDir private Path data;

  @Test
  void a_job_is_submitted_rendered_seen_and_survives_a_restart() throws Exception {
    String id;
    String secret;
    try (TestServer farm = TestServer.sqlite(data)) {
      Caller anna = farm.enrol("artist", "anna");
      secret = anna.secret();
      Node node = new Node(farm.enrol("node", "n1"));
      Jobs.Job job = anna.submit("1-6");
      id = job.id();
      assertThat(job.name()).isEqualTo("shot");
      assertThat(job.owner()).isEqualTo("anna");
      assertThat(job.tasks().total()).isEqualTo(6);
      assertThat(job.steps().getFirst().label()).isEqualTo("Frame");

      NodeSync.WantedLease lease = node.lease();
      NodeSync.Grant grant = Objects.requireNonNull(lease.grant());
      assertThat(grant.job()).isEqualTo(id);
      assertThat(grant.tasks()).hasSizeBetween(1, 4);
      String manifest = Objects.requireNonNull(grant.manifest());
      node.caller.get("/v1/blobs/" + manifest).expect(200);
      node.caller
          .get("/v1/blobs/" + Digest.of("scene 1-6".getBytes(StandardCharsets.UTF_8)))
          .expect(200);

      assertThat(node.finish(lease)).extracting(NodeSync.Ack::verdict).containsOnly("recorded");
      Jobs.OutputPage outputs = anna.get("/v1/jobs/" + id + "/outputs").as(Jobs.OutputPage.class);
      assertThat(outputs.outputs()).hasSameSizeAs(grant.tasks());
      assertThat(outputs.outputs().getFirst().item()).isEqualTo("1");
      anna.get("/v1/blobs/" + outputs.outputs().getFirst().digest()).expect(200);
      finishAll(node);
      Jobs.Job done = anna.get("/v1/jobs/" + id.substring(0, 20)).as(Jobs.Job.class);
      assertThat(done.state()).isEqualTo("done");
      assertThat(done.tasks().done()).isEqualTo(6);
    }
    try (TestServer farm = TestServer.sqlite(data)) {
      Caller anna = farm.caller(secret);
      assertThat(anna.get("/v1/whoami").as(Farm.Identity.class).name()).isEqualTo("anna");
      Jobs.Job job = anna.get("/v1/jobs/" + id).as(Jobs.Job.class);
      assertThat(job.state()).isEqualTo("done");
      Jobs.TaskPage tasks =
          anna.get("/v1/jobs/" + id + "/tasks?frames=5-6").as(Jobs.TaskPage.class);
      assertThat(tasks.tasks()).extracting(Jobs.Task::item).containsExactly("5", "6");
      Jobs.AttemptPage attempts =
          anna.get("/v1/jobs/" + id + "/attempts").as(Jobs.AttemptPage.class);
      assertThat(attempts.attempts()).hasSize(6).allMatch(a -> a.node().equals("n1"));

      Jobs.Job again =
          anna.post("/v1/jobs/" + id + "/retry", new Jobs.Retry(null, "5", null))
              .as(Jobs.Job.class);
      assertThat(again.state()).isEqualTo("running");
      assertThat(again.tasks().done()).isEqualTo(5);
      anna.delete("/v1/jobs/" + id).expect(204);
      assertThat(anna.get("/v1/jobs/" + id).problem(404).code()).isEqualTo("job-not-found");
    }
  }

  private static void finishAll(Node node) throws IOException, InterruptedException {
    NodeSync.Answer answer = node.sync(List.of(), List.of());
    while (!answer.leases().isEmpty()) {
      for (NodeSync.WantedLease lease : answer.leases()) {
        node.finish(lease);
      }
      answer = node.sync(List.of(), List.of());
    }
  }
}

package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.api.Reports;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an admin can ask about the past, on a real journal. */
@Timeout(60)
class ReportsTest {

  @TempDir private Path data;
  private TestServer farm;
  private Caller anna;

  @BeforeEach
  void start() throws IOException {
    farm = TestServer.sqlite(data);
    anna = farm.enrol("artist", "anna");
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private List<Reports.UsageRow> usage(String by) throws IOException {
    return farm.admin
        .get("/v1/usage?from=1970-01-01&to=2100-01-01&by=" + by)
        .as(Reports.Usage.class)
        .rows();
  }

  private List<Reports.AuditEntry> audit() throws IOException {
    return farm.admin.get("/v1/audit").as(Reports.AuditPage.class).entries();
  }

  @Test
  void usage_survives_the_deletion_of_the_job() throws Exception {
    Jobs.Job job = anna.submit("1-4");
    Node node = new Node(farm.enrol("node", "n1"));
    NodeSync.WantedLease lease = node.lease();
    node.finish(lease);
    List<Reports.UsageRow> before = usage("person,project,node");
    assertThat(before).hasSize(1);
    assertThat(before.getFirst().person()).isEqualTo("anna");
    assertThat(before.getFirst().project()).isEqualTo("default");
    assertThat(before.getFirst().node()).isEqualTo("n1");
    assertThat(before.getFirst().tasks()).isPositive();
    anna.post("/v1/jobs/" + job.id() + "/cancel").expect(200);
    anna.delete("/v1/jobs/" + job.id()).expect(204);
    // While what the job left is swept away, and after.
    for (int i = 0; i < 50; i++) {
      assertThat(usage("person,project,node")).isEqualTo(before);
    }
    assertThat(usage("project").getFirst().tasks()).isEqualTo(before.getFirst().tasks());
    assertThat(farm.admin.get("/v1/usage?by=colour").problem(400).code())
        .isEqualTo("bad-parameter");
    assertThat(farm.admin.get("/v1/usage?from=yesterday").problem(400).code())
        .isEqualTo("bad-parameter");
  }

  @Test
  void what_people_change_is_written_down_with_its_outcome() throws IOException {
    Jobs.Job job = anna.submit("1-4");
    anna.json("PATCH", "/v1/jobs/" + job.id(), new Jobs.Change(40, null), Map.of()).expect(200);
    anna.post("/v1/jobs/nothing/cancel").problem(404);
    anna.get("/v1/jobs").expect(200);
    farm.admin.post("/v1/invites", new Farm.NewInvite("viewer", 1, 60)).expect(201);
    List<Reports.AuditEntry> calls = audit();
    Reports.AuditEntry invite = calls.get(0);
    assertThat(invite.person()).isEqualTo("admin");
    assertThat(invite.action()).isEqualTo("INVITE");
    assertThat(invite.detail()).contains("viewer").doesNotContain("bli_");
    Reports.AuditEntry missed = calls.get(1);
    assertThat(missed.call()).isEqualTo("POST /v1/jobs/nothing/cancel");
    assertThat(missed.status()).isEqualTo(404);
    assertThat(missed.code()).isEqualTo("job-not-found");
    Reports.AuditEntry changed = calls.get(2);
    assertThat(changed.person()).isEqualTo("anna");
    assertThat(changed.role()).isEqualTo("artist");
    assertThat(changed.from()).isEqualTo("127.0.0.1");
    assertThat(changed.detail()).isEqualTo("{\"priority\":40}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(calls.get(3).call()).isEqualTo("POST /v1/jobs → /v1/jobs/" + job.id());
    assertThat(calls.get(4).action()).isEqualTo("ENROL");
    assertThat(calls.get(4).person()).isEqualTo("anna");
    assertThat(calls)
        .extracting(Reports.AuditEntry::call)
        .noneMatch(call -> call.startsWith("GET"));
    assertThat(anna.get("/v1/audit").problem(403).code()).isEqualTo("role-not-allowed");
  }
}

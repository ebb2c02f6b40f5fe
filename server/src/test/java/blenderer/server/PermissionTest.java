package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.api.Secrets;
import blenderer.model.Digest;
import blenderer.model.Permission;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may submit what, and what becomes of templates of people's own. */
class PermissionTest {

  private static final String OWN =
      """
      specificationVersion: jobtemplate-2023-09
      name: own
      parameterDefinitions:
        - {name: Last, type: INT, default: 3}
      steps:
        - name: one
          parameterSpace:
            taskParameterDefinitions:
              - {name: Number, type: INT, range: "1-{{Param.Last}}"}
          script:
            actions:
              onRun: {command: "true"}
        - name: two
          dependencies: [{dependsOn: one}]
          hostRequirements:
            attributes:
              - {name: attr.worker.cpu.arch, anyOf: [arm64]}
          script:
            actions:
              onRun: {command: "true"}
      """;

  private static final String AROUND =
      """
      specificationVersion: environment-2023-09
      environment:
        name: around
        variables: {COLOUR: blue}
      """;

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

  private static Digest upload(Caller caller, String text) throws IOException {
    return caller.upload(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Jobs.Submit own(Caller caller, String template, Map<String, String> parameters)
      throws IOException {
    return new Jobs.Submit(
        "",
        "film",
        50,
        upload(caller, template).hex(),
        null,
        parameters,
        List.of(),
        Map.of(),
        null);
  }

  private void permit(String name, Permission permission, @Nullable String project)
      throws IOException {
    Farm.Permit permit = new Farm.Permit(permission.word(), project);
    farm.admin.json("PUT", "/v1/people/" + name + "/permission", permit, Map.of()).expect(200);
  }

  @Test
  void a_template_of_ones_own_needs_the_permission_for_commands() throws IOException {
    Caller anna = farm.enrol("artist", "anna");
    for (Permission level : Permission.values()) {
      permit("anna", level, null);
      TestServer.Reply reply = anna.submit(own(anna, OWN, Map.of()));
      if (level == Permission.COMMANDS) {
        assertThat(reply.expect(201).as(Jobs.Job.class).permission()).isEqualTo("commands");
      } else {
        Farm.Problem problem = reply.problem(403);
        assertThat(problem.code()).isEqualTo("permission-missing");
        assertThat(problem.title()).contains("'anna'").contains("'commands'");
        assertThat(problem.next()).contains("blenderer permit anna commands");
      }
    }
    farm.admin.submit(own(farm.admin, OWN, Map.of())).expect(201);
  }

  @Test
  void what_holds_in_a_project_holds_there_only() throws IOException {
    Caller anna = farm.enrol("artist", "anna");
    permit("anna", Permission.COMMANDS, "other");
    anna.submit(own(anna, OWN, Map.of())).problem(403);
    permit("anna", Permission.COMMANDS, "film");
    permit("anna", Permission.TEMPLATES, null);
    anna.submit(own(anna, OWN, Map.of())).expect(201);
    Farm.Key key = anna.get("/v1/keys").as(Farm.KeyList.class).keys().getFirst();
    assertThat(key.may()).isEqualTo("templates");
    assertThat(key.mayInProjects()).containsEntry("film", "commands");
  }

  @Test
  void an_invite_gives_its_permission_and_a_revoked_key_takes_it_along() throws IOException {
    Farm.NewInvite wanted = new Farm.NewInvite("artist", 1, 60, "commands");
    Farm.Invite invite = farm.admin.post("/v1/invites", wanted).as(Farm.Invite.class);
    assertThat(invite.may()).isEqualTo("commands");
    String secret = Secrets.newKey();
    farm.caller(Objects.requireNonNull(invite.secret()))
        .post("/v1/enrol", new Farm.Enrol("anna", Secrets.hash(secret)))
        .expect(200);
    Caller anna = farm.caller(secret);
    anna.submit(own(anna, OWN, Map.of())).expect(201);
    String id = anna.get("/v1/whoami").as(Farm.Identity.class).id();
    farm.admin.delete("/v1/keys/" + id).expect(204);
    Caller another = farm.enrol("artist", "anna");
    another.submit(own(another, OWN, Map.of())).problem(403);
  }

  @Test
  void only_people_who_submit_jobs_can_be_permitted() throws IOException {
    farm.enrol("viewer", "vera");
    Farm.Permit permit = new Farm.Permit("commands", null);
    assertThat(
            farm.admin
                .json("PUT", "/v1/people/vera/permission", permit, Map.of())
                .problem(404)
                .code())
        .isEqualTo("person-not-found");
    assertThat(
            farm.admin
                .post("/v1/invites", new Farm.NewInvite("node", 1, 60, "commands"))
                .problem(422)
                .code())
        .isEqualTo("bad-permission");
  }

  @Test
  void environments_around_a_job_are_its_own_and_need_commands() throws IOException {
    Caller anna = farm.enrol("artist", "anna");
    String around = upload(anna, AROUND).hex();
    Jobs.Submit plain = TestServer.submission("1", anna.manifest("scene.blend", "scene"));
    Jobs.Submit wrapped =
        new Jobs.Submit(
            plain.name(),
            plain.project(),
            plain.priority(),
            plain.template(),
            plain.manifest(),
            plain.parameters(),
            plain.requirements(),
            plain.settings(),
            List.of(around));
    assertThat(anna.submit(wrapped).problem(403).code()).isEqualTo("permission-missing");
    permit("anna", Permission.COMMANDS, null);
    assertThat(anna.submit(wrapped).expect(201).as(Jobs.Job.class).environments())
        .containsExactly(around);
  }

  @Test
  void everything_wrong_with_a_template_is_told_with_its_path() throws IOException {
    String wrong = OWN.replace("name: two", "nam: two").replace("anyOf: [arm64]", "anyOf: []");
    Farm.Problem problem = farm.admin.submit(own(farm.admin, wrong, Map.of())).problem(422);
    assertThat(problem.code()).isEqualTo("template-invalid");
    assertThat(problem.title()).contains("/steps/1").contains("/hostRequirements");
    problem = farm.admin.submit(own(farm.admin, OWN, Map.of("Lst", "3"))).problem(422);
    assertThat(problem.code()).isEqualTo("parameters-invalid");
    assertThat(problem.title()).contains("/parameterValues/Lst");
    String hex = Digest.of(new byte[] {9}).hex();
    Jobs.Submit unknown =
        new Jobs.Submit("", "film", 50, hex, null, Map.of(), List.of(), Map.of(), null);
    assertThat(farm.admin.submit(unknown).problem(409).code()).isEqualTo("blobs-missing");
  }

  @Test
  void a_job_of_more_than_a_million_tasks_is_refused_with_the_number() throws IOException {
    farm.admin.submit(own(farm.admin, OWN, Map.of("Last", "999999"))).expect(201);
    Farm.Problem problem =
        farm.admin.submit(own(farm.admin, OWN, Map.of("Last", "1000000"))).problem(422);
    assertThat(problem.code()).isEqualTo("too-many-tasks");
    assertThat(problem.title()).contains("1000001").contains("1000000");
    farm.admin.submit(own(farm.admin, OWN, Map.of("Last", "1000000000000000"))).problem(422);
  }

  @Test
  void hostile_documents_are_refused_and_the_server_goes_on() throws IOException {
    String deep = "[".repeat(200_000);
    String aliases = "a: &a [x,x]\nb: &b [*a,*a]\n" + "c: [*b,*b]\n".repeat(50_000);
    for (String hostile : List.of(deep, aliases, "\u0000", "{}", "- - - -")) {
      assertThat(farm.admin.submit(own(farm.admin, hostile, Map.of())).problem(422).code())
          .startsWith("template-");
    }
    farm.admin.submit(own(farm.admin, OWN, Map.of())).expect(201);
  }

  @Test
  void a_step_that_no_node_could_run_says_so_to_people() throws Exception {
    Node node = new Node(farm.enrol("node", "n1"));
    node.sync(List.of(), List.of());
    Jobs.Job job = farm.admin.submit(own(farm.admin, OWN, Map.of())).expect(201).as(Jobs.Job.class);
    Jobs.Step first = job.steps().getFirst();
    assertThat(first.state()).isEqualTo("incompatible");
    assertThat(first.message()).contains("'n1'").contains("--allow-commands");
    assertThat(first.tasks().blocked()).isEqualTo(3);
    assertThat(farm.admin.get("/v1/jobs/" + job.id() + "/why").as(Jobs.Why.class).reasons())
        .anyMatch(reason -> reason.contains("--allow-commands"));
    Node willing = new Node(farm.enrol("node", "n2"));
    willing.accepts = "commands";
    NodeSync.Grant grant = Objects.requireNonNull(willing.lease().grant());
    assertThat(grant.permission()).isEqualTo("commands");
    assertThat(farm.admin.get("/v1/jobs/" + job.id()).as(Jobs.Job.class).steps().getFirst().state())
        .isEqualTo("running");
  }
}

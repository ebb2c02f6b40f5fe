package blenderer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Archives;
import blenderer.api.CleanUp;
import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.Json;
import blenderer.api.LiveLogs;
import blenderer.api.NodeSync;
import blenderer.api.Secrets;
import blenderer.api.Sessions;
import blenderer.model.Digest;
import blenderer.model.HostOffer;
import blenderer.model.Renderer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every command in process, against a server that answers by rote. */
@Timeout(60)
final class CliTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String ID = "01jd8z3x5v7q9w0e2r4t6y8u0i";

  private static final Jobs.Task LEASED =
      new Jobs.Task(
          0, 6, "7", 1, "leased", 0, "attic", null, 1L, null, 3.0, null, null, List.of(), null);

  @TempDir Path home = Path.of("");
  private final FakeFarm farm = new FakeFarm();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void stop() {
    farm.close();
  }

  private int run(String... args) {
    return run(Map.of("BLENDERER_CONNECT", farm.connection().print()), args);
  }

  private int run(Map<String, String> environment, String... args) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("HOME", home.toString());
    all.put("USER", "ada");
    Surroundings plain = Surroundings.plain(all);
    Surroundings around =
        new Surroundings(
            plain.environment(),
            plain.stdin(),
            false,
            () -> 100,
            Clock.fixed(NOW, ZoneOffset.UTC),
            plain.interrupts());
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Cli.run(args, new PrintWriter(out), new PrintWriter(err), around);
  }

  private static Jobs.Job job(String state, int done, int failed) {
    return job(state, done, failed, null);
  }

  private static Jobs.Job job(String state, int done, int failed, @Nullable String message) {
    Jobs.TaskCounts counts = new Jobs.TaskCounts(20, 20 - done - failed, 0, done, failed, 0, 0);
    long begun = NOW.toEpochMilli() - 180_000;
    return new Jobs.Job(
        ID,
        "shot",
        "ada",
        "film",
        50,
        state,
        done + failed,
        begun,
        begun,
        state.equals("running") ? null : begun + 83_000,
        counts,
        List.of(new Jobs.Step(0, "render", state, counts, "Frame", null)),
        message,
        65.0,
        "t",
        null,
        Map.of(),
        List.of(),
        Map.of(),
        "templates",
        List.of(),
        null,
        0,
        null);
  }

  private JsonNode json() throws IOException {
    return Json.mapper().readTree(out.toString());
  }

  @Test
  void without_a_server_it_says_how_to_name_one() {
    assertThat(run(Map.of(), "jobs")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            """
            error [no-server] Nobody said which server to use.
              next: Log in once with 'blenderer login STRING', or use --connect.
            """);
  }

  @Test
  void a_server_that_is_not_there_is_exit_code_3() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    String there = farm.connection().print().replaceFirst(":[0-9]+#", ":" + port + "#");
    assertThat(run(Map.of("BLENDERER_CONNECT", there), "whoami")).isEqualTo(3);
    assertThat(err.toString())
        .startsWith("error [unreachable] No server answers at 127.0.0.1:" + port);
  }

  @Test
  void not_allowed_is_3_and_any_other_refusal_is_1() {
    farm.problem("POST /v1/jobs/x/cancel", 403, "not-allowed", "Only its owner may do that.");
    farm.problem("GET /v1/jobs/x/why", 404, "job-not-found", "There is no job 'x'.");
    assertThat(run("cancel", "x")).isEqualTo(3);
    assertThat(err.toString())
        .isEqualTo("error [not-allowed] Only its owner may do that.\n  next: Ask.\n");
    assertThat(run("why", "x")).isEqualTo(1);
  }

  @Test
  void wrong_use_is_2_and_points_to_the_help() {
    assertThat(run("jobs", "--no-such-option")).isEqualTo(2);
    assertThat(err.toString())
        .contains("error [wrong-use]")
        .contains("next: See 'blenderer jobs --help'.");
  }

  @Test
  void jobs_are_a_table_or_one_json_array() throws IOException {
    farm.on("GET /v1/jobs", new Jobs.JobPage(List.of(job("running", 3, 1)), null));
    assertThat(run("jobs")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            ID                          NAME  OWNER  STATE    DONE  FAILED  FLAGGED  PRIO  LEFT  SUBMITTED
            01jd8z3x5v7q9w0e2r4t6y8u0i  shot  ada    running  3/20       1             50  1:05  3 min ago
            """);
    assertThat(run("jobs", "--json")).isZero();
    assertThat(json().get(0).path("id").asText()).isEqualTo(ID);
  }

  @Test
  void nodes_are_a_table() {
    farm.on(
        "GET /v1/nodes",
        new Farm.NodeList(
            List.of(
                new Farm.Node(
                    "n",
                    "attic",
                    "online",
                    2,
                    1,
                    NOW.toEpochMilli() - 2000,
                    "0.1",
                    "linux",
                    8,
                    16_000_000_000L,
                    List.of(new Renderer("blender", "3.4.1", List.of())),
                    List.of("shot, frame 7"),
                    HostOffer.NONE,
                    "scripts",
                    "",
                    null,
                    null))));
    assertThat(run("nodes")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            NAME   STATE   BUSY  RENDERERS      CPUS   MEMORY  ACCEPTS  SEEN  NOW
            attic  online   1/2  blender 3.4.1     8  16.0 GB  scripts  now   shot, frame 7
            """);
  }

  @Test
  void login_with_an_invite_makes_an_own_key_and_can_be_repeated() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    farm.problem("GET /v1/whoami", 503, "starting", "Not yet.");
    farm.on(
        "POST /v1/enrol",
        request -> {
          calls.incrementAndGet();
          return new Farm.Identity("1", "ada", "artist");
        });
    ConnectionString invite = farm.connection().withSecret(Secrets.newInvite());
    assertThat(run(Map.of(), "login", invite.print())).isZero();
    assertThat(out.toString()).isEqualTo("Logged in at " + invite.where() + " as ada (artist).\n");
    Path file = home.resolve(".config/blenderer/connection");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    ConnectionString saved = ConnectionString.parse(Files.readString(file));
    JsonNode sent = Json.mapper().readTree(farm.requests.getFirst().body());
    assertThat(farm.requests.getFirst().bearer()).isEqualTo("Bearer " + invite.secret());
    assertThat(sent.path("keyHash").asText()).isEqualTo(Secrets.hash(saved.secret()));
    assertThat(sent.path("name").asText()).isEqualTo("ada");
    assertThat(home.resolve(".config/blenderer").toFile().list()).containsExactly("connection");

    farm.problem("POST /v1/enrol", 401, "invite-spent", "The invite is used up.");
    farm.on("GET /v1/whoami", new Farm.Identity("1", "ada", "artist"));
    assertThat(run(Map.of(), "login", invite.print())).isZero();
    assertThat(ConnectionString.parse(Files.readString(file))).isEqualTo(saved);
    assertThat(run(Map.of(), "login", invite.print(), "--name", "ben")).isZero();
    assertThat(err.toString()).contains("so 'ben' is not used");
    assertThat(run(Map.of(), "whoami")).isZero();
    assertThat(farm.requests.getLast().bearer()).isEqualTo("Bearer " + saved.secret());
  }

  @Test
  void a_login_that_lost_its_answer_sends_the_same_pair_again() throws IOException {
    farm.problem("POST /v1/enrol", 500, "internal", "It broke.");
    ConnectionString invite = farm.connection().withSecret(Secrets.newInvite());
    assertThat(run(Map.of(), "login", invite.print())).isEqualTo(1);
    farm.on("POST /v1/enrol", new Farm.Identity("1", "ada", "artist"));
    assertThat(run(Map.of(), "login", invite.print())).isZero();
    assertThat(farm.requests).hasSize(2);
    assertThat(farm.requests.get(0).body()).isEqualTo(farm.requests.get(1).body());
  }

  @Test
  void a_spent_invite_is_exit_code_3() {
    farm.problem("POST /v1/enrol", 401, "invite-spent", "The invite is used up.");
    ConnectionString invite = farm.connection().withSecret(Secrets.newInvite());
    assertThat(run(Map.of(), "login", invite.print())).isEqualTo(3);
    assertThat(err.toString()).startsWith("error [invite-spent] The invite is used up.");
  }

  @Test
  void permit_says_what_a_person_may_do_now() {
    farm.on(
        "PUT /v1/people/ada/permission",
        new Farm.Key("1", "ada", "artist", 1, null, null, "templates", Map.of("film", "commands")));
    assertThat(run("permit", "ada", "commands", "--project", "film")).isZero();
    assertThat(out.toString())
        .isEqualTo("'ada' may use templates, and in project 'film' commands.\n");
    assertThat(farm.requests.getLast().body())
        .isEqualTo("{\"permission\":\"commands\",\"project\":\"film\"}");
    assertThat(run("permit", "ada", "all")).isEqualTo(2);
  }

  @Test
  void limits_are_set_and_shown() {
    Farm.Limit limit = new Farm.Limit("amount.maker.licence", new BigDecimal("2"));
    farm.on("PUT /v1/limits/amount.maker.licence", limit);
    farm.on("GET /v1/limits", new Farm.LimitList(List.of(limit)));
    assertThat(run("limits", "amount.maker.licence=2")).isZero();
    assertThat(out.toString())
        .isEqualTo("NAME                  FARM HAS\namount.maker.licence         2\n");
    assertThat(run("limits", "amount.maker.licence=many")).isEqualTo(2);
  }

  @Test
  void the_last_line_of_invite_is_the_connection_string() {
    String secret = Secrets.newInvite();
    server(null);
    farm.on("POST /v1/invites", new Farm.Invite("i", "node", 3, NOW.toEpochMilli(), secret, null));
    assertThat(run("invite", "--role", "node", "--uses", "3", "--for", "7d")).isZero();
    List<String> lines = out.toString().lines().toList();
    assertThat(lines.getLast()).isEqualTo(farm.connection().withSecret(secret).print());
    assertThat(farm.requests.getLast().body())
        .isEqualTo("{\"role\":\"node\",\"uses\":3,\"validSeconds\":604800}");
    assertThat(run("invite", "--role", "boss")).isEqualTo(2);
    assertThat(run("invite", "--role", "node", "--for", "soon")).isEqualTo(2);
  }

  private void server(@Nullable List<String> servers) {
    farm.on(
        "GET /v1/server",
        new Farm.Server("1.0", 1, List.of(), 7, "", servers == null ? null : true, null, servers));
  }

  @Test
  void an_invite_names_all_servers_of_a_farm_that_has_several() {
    String secret = Secrets.newInvite();
    String known = farm.connection().addresses().getFirst().toString();
    server(List.of("farm2.example.org:8443", known));
    farm.on("POST /v1/invites", new Farm.Invite("i", "node", 1, NOW.toEpochMilli(), secret, null));
    assertThat(run("invite", "--role", "node")).isZero();
    assertThat(out.toString().lines().toList().getLast())
        .startsWith("https://" + known + ",farm2.example.org:8443#v1.");
  }

  @Test
  void invite_of_a_person_and_open_print_links_that_keep_the_secret_from_the_server() {
    String secret = Secrets.newInvite();
    server(null);
    farm.on(
        "POST /v1/invites", new Farm.Invite("i", "artist", 1, NOW.toEpochMilli(), secret, null));
    assertThat(run("invite", "--role", "artist")).isZero();
    String address = "https://" + farm.connection().addresses().getFirst() + "/sign-in#";
    assertThat(out.toString()).contains("In a browser: " + address + secret + "\n");
    farm.on("POST /v1/sign-in-links", new Sessions.Link("bls_x", NOW.toEpochMilli()));
    assertThat(run("open", "--person", "ben")).isZero();
    assertThat(out.toString()).startsWith(address + "bls_x\n");
    assertThat(farm.requests.getLast().body()).isEqualTo("{\"person\":\"ben\"}");
  }

  @Test
  void clean_reads_rules_and_tells_what_would_go() {
    CleanUp.Item item = new CleanUp.Item(ID, "shot", "ada", "film", "frames", 5_000_000, "old");
    farm.on("POST /v1/clean-up", new CleanUp.Report(true, List.of(item), 5_000_000));
    assertThat(run("clean", "--dry-run", "frames:30d:done,failed", "scenes:500GB:project=film"))
        .isZero();
    assertThat(farm.requests.getLast().body())
        .isEqualTo(
            "{\"dryRun\":true,\"rules\":[{\"kind\":\"frames\",\"olderThanDays\":30,"
                + "\"states\":[\"done\",\"failed\"]},{\"kind\":\"scenes\","
                + "\"moreThanBytes\":500000000000,\"project\":\"film\"}]}");
    assertThat(out.toString()).contains("5.0 MB would go");
    for (String wrong : List.of("frames", "dust:3d", "frames:3w", "frames:3d:running")) {
      assertThat(run("clean", wrong)).as(wrong).isEqualTo(2);
    }
  }

  @Test
  void clone_sends_only_what_differs() {
    farm.on("POST /v1/jobs/" + ID + "/clone", job("waiting", 0, 0));
    assertThat(run("clone", ID, "--frames", "1-5", "-p", "Samples=64", "--priority", "70"))
        .isZero();
    assertThat(farm.requests.getLast().body())
        .isEqualTo("{\"priority\":70,\"parameters\":{\"Samples\":\"64\",\"Frames\":\"1-5\"}}");
  }

  @Test
  void frames_are_checked_before_anything_else() {
    assertThat(run(Map.of(), "submit", "no.blend", "--frames", "1-5,3")).isEqualTo(2);
    assertThat(err.toString()).startsWith("error [bad-frames] '1-5,3' is no range of frames");
    assertThat(run("retry", ID, "--frames", "seven")).isEqualTo(2);
    assertThat(farm.requests).isEmpty();
  }

  private Path playedBlender(String trace) throws IOException {
    Path blender =
        Files.writeString(
            home.resolve("blender"), "#!/bin/sh\necho 'BLENDERER_TRACE " + trace + "'\n");
    assertThat(blender.toFile().setExecutable(true)).isTrue();
    return blender;
  }

  private static Farm.Node node(String blender) {
    return new Farm.Node(
        "n",
        "attic",
        "online",
        2,
        1,
        NOW.toEpochMilli() - 2000,
        "0.1",
        "linux",
        8,
        16_000_000_000L,
        List.of(new Renderer("blender", blender, List.of("cycles"))),
        List.of("shot, frame 7"),
        HostOffer.NONE,
        "scripts",
        "",
        null,
        null);
  }

  private void acceptSubmits() {
    farm.on("GET /v1/nodes", new Farm.NodeList(List.of(node("3.4.1"))));
    farm.on("GET /v1/renderers", new Archives.ArchiveList(List.of()));
    farm.on("GET /v1/whoami", new Farm.Identity("1", "ada", "artist"));
    farm.on("POST /v1/blobs/missing", request -> Map.of("missing", digests(request.body())));
    farm.on("POST /v1/uploads", new Farm.Upload("u", 0, true));
    farm.on("POST /v1/jobs", job("waiting", 0, 0));
  }

  private static List<String> digests(String body) {
    try {
      return Json.mapper().readValue(body, Farm.Digests.class).digests();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final String SCENE =
      "{\"name\":\"S\",\"start\":1,\"end\":20,\"step\":1,\"width\":320,\"height\":180,"
          + "\"size\":\"320x180\",\"camera\":\"C\",\"format\":\"PNG\",\"movie\":false,"
          + "\"features\":[\"cycles\"]}";

  private static String trace(String files) {
    return "{\"version\":1,\"blender\":\"3.4.1\",\"saved\":\"3.4\",\"file\":\"/film/shot.blend\",\"scene\":"
        + SCENE
        + ",\"requires\":{\"atLeast\":\"3.4\",\"features\":[\"cycles\"]},\"files\":["
        + files
        + "]}";
  }

  @Test
  void submit_traces_uploads_and_makes_the_job() throws IOException {
    acceptSubmits();
    Path scene = Files.writeString(home.resolve("shot.blend"), "a scene");
    Path blender = playedBlender(trace(""));
    assertThat(
            run(
                "submit",
                scene.toString(),
                "--blender",
                blender.toString(),
                "--frames",
                "1-20,30x1",
                "-p",
                "AllowMissing=true",
                "--json"))
        .isEqualTo(2);
    assertThat(
            run(
                "submit",
                scene.toString(),
                "--blender",
                blender.toString(),
                "--frames",
                "1-10x3,30",
                "--json"))
        .isZero();
    assertThat(json().path("id").asText()).isEqualTo(ID);
    JsonNode sent = Json.mapper().readTree(farm.requests.getLast().body());
    assertThat(sent.path("parameters").path("Frames").asText()).isEqualTo("1-10:3,30");
    assertThat(sent.path("parameters").path("Scene").asText()).isEqualTo("shot.blend");
    assertThat(sent.path("requirements").get(0).path("atLeast").asText()).isEqualTo("3.4");
    assertThat(sent.path("requirements").get(0).path("version").asText()).isEqualTo("3.4");
  }

  @Test
  void which_blender_renders_is_chosen_checked_and_said() throws IOException {
    acceptSubmits();
    farm.on("GET /v1/nodes", new Farm.NodeList(List.of(node("4.3.2"))));
    Path scene = Files.writeString(home.resolve("shot.blend"), "a scene");
    String blender = playedBlender(trace("")).toString();
    assertThat(run("submit", scene.toString(), "--blender", blender)).isZero();
    assertThat(err.toString()).contains("made with Blender 3.4, which no node has");
    JsonNode usual = Json.mapper().readTree(farm.requests.getLast().body());
    assertThat(usual.path("requirements").get(0).path("version").asText()).isEmpty();
    assertThat(run("submit", scene.toString(), "--blender", blender, "--blender-version", "4.3"))
        .isZero();
    JsonNode pinned = Json.mapper().readTree(farm.requests.getLast().body());
    assertThat(pinned.path("requirements").get(0).path("version").asText()).isEqualTo("4.3");
    assertThat(run("submit", scene.toString(), "--blender-version", "newest")).isEqualTo(2);
    assertThat(run("submit", "scene.pov", "--blender-version", "4.3")).isEqualTo(2);
  }

  @Test
  void renderers_are_a_table_and_are_removed_by_the_beginning_of_their_id() {
    Archives.Archive one =
        new Archives.Archive(
            "5f0c" + "0".repeat(60),
            "blender-4.2.3-linux-x64.tar.xz",
            "blender",
            "4.2.3",
            List.of("cycles"),
            "a".repeat(64),
            "linux",
            "x86_64",
            300_000_000,
            1_100_000_000,
            "ada",
            NOW.toEpochMilli());
    farm.on("GET /v1/renderers", new Archives.ArchiveList(List.of(one)));
    assertThat(run("renderers")).isZero();
    assertThat(out.toString())
        .contains("5f0c00000000  blender 4.2.3 (aaaaaaaaaaaa)  linux x86_64  300.0 MB");
    farm.raw(
        "DELETE /v1/renderers/" + one.digest(), new FakeFarm.Answer(204, "application/json", ""));
    assertThat(run("renderers", "remove", "5f")).isZero();
    assertThat(farm.requests.getLast().line()).isEqualTo("DELETE /v1/renderers/" + one.digest());
    assertThat(run("renderers", "remove", "77")).isEqualTo(2);
    assertThat(run("renderers", "add")).isEqualTo(2);
    assertThat(run("renderers", "burn", "5f")).isEqualTo(2);
  }

  @Test
  void overrides_are_passed_on_recorded_and_refused_for_other_renderers() throws IOException {
    acceptSubmits();
    Path scene = Files.writeString(home.resolve("shot.blend"), "a scene");
    Path blender = playedBlender(trace(""));
    assertThat(
            run(
                "submit",
                scene.toString(),
                "--blender",
                blender.toString(),
                "--engine",
                "CYCLES",
                "--resolution",
                "64x36",
                "--view-layer",
                "Main",
                "--view-layer",
                "with \"quotes\"",
                "--json"))
        .isZero();
    JsonNode sent = Json.mapper().readTree(farm.requests.getLast().body());
    assertThat(sent.path("parameters").path("Engine").asText()).isEqualTo("CYCLES");
    assertThat(sent.path("parameters").path("Percentage").asText()).isEqualTo("100");
    assertThat(sent.path("parameters").path("ViewLayers").asText())
        .isEqualTo("[\"Main\",\"with \\\"quotes\\\"\"]");
    assertThat(sent.path("settings").path("overrides").asText())
        .startsWith("Engine CYCLES, Resolution 64x36, Percentage 100, ViewLayers [");
    assertThat(run("submit", scene.toString(), "--resolution", "1080p")).isEqualTo(2);
    assertThat(run("submit", "scene.pov", "--engine", "CYCLES")).isEqualTo(2);
  }

  @Test
  void submit_lists_missing_files_and_sends_nothing() throws IOException {
    acceptSubmits();
    Path scene = Files.writeString(home.resolve("shot.blend"), "a scene");
    String file =
        "{\"path\":\"/gone/grass.png\",\"kind\":\"image\",\"user\":\"Grass\","
            + "\"exists\":false,\"directory\":false,\"supported\":true,\"used\":true}";
    assertThat(run("submit", scene.toString(), "--blender", playedBlender(trace(file)).toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("error [missing-files] 1 file of 'shot.blend' cannot be found.")
        .contains("  image '/gone/grass.png' (used by 'Grass')")
        .contains("  next: ");
    assertThat(farm.requests).allMatch(request -> request.line().startsWith("GET /v1/"));
  }

  @Test
  void check_tells_what_blocks_and_sends_nothing() throws IOException {
    acceptSubmits();
    Path scene = Files.writeString(home.resolve("shot.blend"), "a scene");
    assertThat(run("submit", scene.toString(), "--check", "--blender", "/bin/true")).isEqualTo(1);
    assertThat(out.toString())
        .isEqualTo(
            """
            '%s'.
            WEIGHT  CODE              WHAT
            blocks  scene-unreadable  'shot.blend' is cut off in its header.

            [scene-unreadable] 'shot.blend' is cut off in its header.
              next: Open the file in Blender, and save it again or take a backup of it.

            1 thing in the way.
            """
                .formatted(scene));
    assertThat(farm.requests).allMatch(request -> request.line().startsWith("GET /v1/"));
    assertThat(run("submit", scene.toString(), "--check", "--trace-on-farm")).isEqualTo(2);
    assertThat(run("submit", scene.toString(), "--allow", "no-camera")).isEqualTo(2);
    assertThat(err.toString()).contains("'no-camera' is no code that can be allowed.");
    assertThat(run("submit", "scene.pov", "--check")).isEqualTo(2);
  }

  @Test
  void jobs_hides_traces_unless_asked() {
    Jobs.Job plain = job("done", 20, 0);
    Jobs.Job trace =
        new Jobs.Job(
            "01jtrace",
            "Trace of shot.blend",
            "ada",
            "default",
            100,
            "running",
            1,
            0,
            null,
            null,
            new Jobs.TaskCounts(1, 0, 1, 0, 0, 0, 0),
            List.of(),
            null,
            null,
            "",
            null,
            Map.of(),
            List.of(),
            Map.of("purpose", "trace"),
            "templates",
            List.of(),
            null,
            0,
            null);
    farm.on("GET /v1/jobs", new Jobs.JobPage(List.of(trace, plain), null));
    assertThat(run("jobs")).isZero();
    assertThat(out.toString()).contains("shot").doesNotContain("01jtrace");
    assertThat(run("jobs", "--all")).isZero();
    assertThat(out.toString()).contains("01jtrace");
  }

  @Test
  void retry_sends_the_frames() {
    farm.on("POST /v1/jobs/" + ID + "/retry", job("running", 19, 0));
    assertThat(run("retry", ID, "--frames", "7")).isZero();
    assertThat(farm.requests.getLast().body()).isEqualTo("{\"frames\":\"7\"}");
    assertThat(out.toString()).isEqualTo("The job 'shot' (" + ID + ") is running.\n");
  }

  @Test
  void wait_ends_when_an_event_says_so() throws IOException {
    farm.on("GET /v1/jobs/" + ID, job("running", 3, 0));
    Farm.Event end = new Farm.Event("job", ID, 20, job("done", 20, 0));
    farm.raw(
        "GET /v1/events",
        new FakeFarm.Answer(
            200,
            "text/event-stream",
            "id: 20\nevent: job\ndata: " + Json.mapper().writeValueAsString(end) + "\n\n"));
    assertThat(run("wait", ID)).isZero();
    assertThat(out.toString())
        .isEqualTo("The job 'shot' (" + ID + ") is done: 20 frames in 1:23.\n");
    assertThat(err.toString()).contains("100 %  20/20 frames");
  }

  @Test
  void wait_survives_a_lost_server_and_sees_an_end_that_it_slept_through() {
    AtomicInteger asked = new AtomicInteger();
    farm.on(
        "GET /v1/jobs/" + ID,
        _ -> asked.getAndIncrement() == 0 ? job("running", 3, 0) : job("done", 20, 0));
    farm.raw("GET /v1/events", new FakeFarm.Answer(200, "text/event-stream", ": here\n\n"));
    assertThat(run("wait", ID)).isZero();
    // Streams end with their server; the next one was there at once.
    assertThat(err.toString()).doesNotContain("Trying again");
    assertThat(asked).hasValueGreaterThan(1);
  }

  @Test
  void wait_says_so_when_no_server_answers_and_goes_on_when_one_does() {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger opened = new AtomicInteger();
    farm.on(
        "GET /v1/jobs/" + ID,
        _ -> asked.getAndIncrement() == 0 ? job("running", 3, 0) : job("done", 20, 0));
    FakeFarm.Answer stream = new FakeFarm.Answer(200, "text/event-stream", ": here\n\n");
    FakeFarm.Answer away = new FakeFarm.Answer(503, "text/plain", "");
    farm.raw(
        "GET /v1/events",
        _ ->
            opened.getAndIncrement() == 0 || err.toString().contains("Trying again")
                ? stream
                : away);
    assertThat(run("wait", ID)).isZero();
    assertThat(err.toString()).containsOnlyOnce("Trying again; the job goes on.");
  }

  @Test
  void wait_passes_over_what_is_older_than_what_it_knows() throws IOException {
    farm.on("GET /v1/jobs/" + ID, job("running", 5, 0));
    Farm.Event old = new Farm.Event("job", ID, 3, job("paused", 3, 0));
    Farm.Event end = new Farm.Event("job", ID, 20, job("done", 20, 0));
    farm.raw(
        "GET /v1/events",
        new FakeFarm.Answer(
            200,
            "text/event-stream",
            "event: job\ndata: "
                + Json.mapper().writeValueAsString(old)
                + "\n\nevent: job\ndata: "
                + Json.mapper().writeValueAsString(end)
                + "\n\n"));
    assertThat(run("wait", ID)).isZero();
    assertThat(err.toString()).doesNotContain("paused");
  }

  @Test
  void wait_names_the_failures_of_a_failed_job() {
    farm.on("GET /v1/jobs/" + ID, job("failed", 19, 1));
    farm.raw("GET /v1/events", new FakeFarm.Answer(200, "text/event-stream", ": here\n\n"));
    farm.on(
        "GET /v1/jobs/" + ID + "/tasks",
        new Jobs.TaskPage(
            List.of(
                new Jobs.Task(
                    0,
                    6,
                    "7",
                    1,
                    "failed",
                    3,
                    null,
                    new NodeSync.FailureInfo("frame-truncated", "The frame is cut.", "here"),
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of())),
            null));
    assertThat(run("wait", ID)).isEqualTo(1);
    assertThat(err.toString())
        .contains("is failed: 19 of 20 frames done, 1 failed.")
        .contains("  frame 7: [frame-truncated] The frame is cut.")
        .contains("blenderer retry " + ID);
  }

  @Test
  void logs_have_a_header_for_each_attempt_and_no_control_characters() {
    String log = "Saved: 'x.png'\n\033[31mred\n";
    Digest digest = Digest.of(log.getBytes(StandardCharsets.UTF_8));
    farm.on("GET /v1/jobs/" + ID, job("done", 20, 0));
    farm.raw("GET /v1/blobs/" + digest, new FakeFarm.Answer(200, "x/y", log));
    farm.on(
        "GET /v1/jobs/" + ID + "/attempts",
        new Jobs.AttemptPage(
            List.of(
                new Jobs.Attempt(
                    "l",
                    0,
                    6,
                    "7",
                    2,
                    1,
                    "attic",
                    "succeeded",
                    null,
                    digest.hex(),
                    0,
                    4000,
                    "blender 3.4.1",
                    null,
                    null)),
            null));
    assertThat(run("logs", ID, "--frames", "7")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            == frame 7, generation 2, attempt 1 on attic (blender 3.4.1): succeeded after 0:04
            Saved: 'x.png'
            [31mred

            """);
  }

  @Test
  void followed_logs_are_printed_as_they_grow_and_then_what_was_missed() {
    String log = "one\ntwo \033[31m\nthree\n";
    Digest digest = Digest.of(log.getBytes(StandardCharsets.UTF_8));
    AtomicInteger looks = new AtomicInteger();
    farm.raw("GET /v1/events", new FakeFarm.Answer(200, "text/event-stream", ": here\n\n"));
    farm.on("GET /v1/jobs/" + ID, _ -> job(looks.get() < 2 ? "running" : "done", 20, 0));
    farm.on("GET /v1/jobs/" + ID + "/tasks", new Jobs.TaskPage(List.of(LEASED), null));
    farm.on(
        "GET /v1/jobs/" + ID + "/frames/0/6/log",
        _ ->
            switch (looks.incrementAndGet()) {
              case 1 -> new LiveLogs.Log("l", "attic", 0, "", 0, false, null);
              case 2 -> new LiveLogs.Log("l", "attic", 0, "one\n", 4, false, null);
              default -> new LiveLogs.Log("l", "attic", 4, "", 4, true, digest.hex());
            });
    farm.raw("GET /v1/blobs/" + digest, new FakeFarm.Answer(200, "x/y", log));
    farm.on("GET /v1/jobs/" + ID + "/attempts", new Jobs.AttemptPage(List.of(), null));
    assertThat(run("logs", ID, "--follow")).isZero();
    assertThat(out.toString()).isEqualTo("== frame 7 on attic\none\ntwo [31m\nthree\n");
    assertThat(run("logs", ID, "--follow", "--json")).isEqualTo(2);
  }

  @Test
  void tasks_and_logs_of_several_steps_name_the_step() {
    Jobs.Job one = job("failed", 1, 1);
    Jobs.Job job =
        new Jobs.Job(
            one.id(),
            one.name(),
            one.owner(),
            one.project(),
            one.priority(),
            one.state(),
            one.revision(),
            one.submittedAt(),
            one.startedAt(),
            one.finishedAt(),
            one.tasks(),
            List.of(
                new Jobs.Step(0, "make", "done", one.tasks(), "", null),
                new Jobs.Step(1, "join", "failed", one.tasks(), "", null)),
            one.message(),
            one.secondsLeft(),
            one.template(),
            one.manifest(),
            one.parameters(),
            one.requirements(),
            one.settings(),
            one.permission(),
            one.environments(),
            null,
            0,
            null);
    farm.on("GET /v1/jobs/" + ID, job);
    farm.on(
        "GET /v1/jobs/" + ID + "/tasks",
        new Jobs.TaskPage(
            List.of(
                new Jobs.Task(
                    1,
                    0,
                    "0",
                    1,
                    "failed",
                    3,
                    null,
                    new NodeSync.FailureInfo("no-output", "It made nothing.", "here"),
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of())),
            null));
    farm.on(
        "GET /v1/jobs/" + ID + "/attempts",
        new Jobs.AttemptPage(
            List.of(
                new Jobs.Attempt(
                    "l", 1, 0, "0", 1, 3, "attic", "failed", null, null, 0, 4000, null, null,
                    null)),
            null));
    assertThat(run("job", ID, "--tasks")).isZero();
    assertThat(out.toString())
        .contains("STEP  ITEM  STATE   TRIES  NODE  PERCENT  FAILURE\n")
        .contains("join     0  failed      3");
    assertThat(run("logs", ID)).isZero();
    assertThat(out.toString()).contains("== task 0 of join, attempt 3 on attic: failed");
    farm.raw("GET /v1/events", new FakeFarm.Answer(200, "text/event-stream", ": here\n\n"));
    assertThat(run("wait", ID)).isEqualTo(1);
    assertThat(err.toString()).contains("  step 'join', task 0: [no-output] It made nothing.");
  }

  @Test
  void set_changes_frames_and_terms_and_sends_nothing_that_makes_no_sense() throws IOException {
    farm.on("PATCH /v1/jobs/" + ID, job("running", 1, 0));
    assertThat(
            run(
                "set",
                ID,
                "--frames",
                "1-10x3,20",
                "--finish-by",
                "+2h",
                "--timeout",
                "30m",
                "--max-failures",
                "5"))
        .isZero();
    JsonNode terms = Json.mapper().readTree(farm.requests.getLast().body()).get("terms");
    assertThat(terms.get("frames").asText()).isEqualTo("1-10:3,20");
    assertThat(terms.get("finishBy").asLong()).isEqualTo(NOW.toEpochMilli() + 7_200_000);
    assertThat(terms.get("timeoutSeconds").asInt()).isEqualTo(1800);
    assertThat(terms.get("maxFailures").asInt()).isEqualTo(5);
    int before = farm.requests.size();
    assertThat(run("set", ID, "--twins", "sometimes")).isEqualTo(2);
    assertThat(err.toString()).contains("'sometimes' is neither on nor off.");
    assertThat(run("set", ID, "--timeout", "soon")).isEqualTo(2);
    assertThat(err.toString()).contains("'soon' is no time.");
    assertThat(run("set", ID)).isEqualTo(2);
    assertThat(farm.requests).hasSize(before);
  }

  @Test
  void set_says_which_nodes_a_job_goes_to_and_to_whom_it_gives_way() throws IOException {
    farm.on("PATCH /v1/jobs/" + ID, job("running", 1, 0));
    assertThat(
            run(
                "set",
                ID,
                "--pool",
                "gpu",
                "--prefer",
                "pool=fast",
                "--preemptible",
                "on",
                "--twins",
                "off"))
        .isZero();
    JsonNode terms = Json.mapper().readTree(farm.requests.getLast().body()).get("terms");
    assertThat(terms.get("pools").get(0).asText()).isEqualTo("gpu");
    assertThat(terms.get("prefer").get(0).asText()).isEqualTo("attr.farm.pool=fast");
    assertThat(terms.get("preemptible").asBoolean()).isTrue();
    assertThat(terms.get("twins").asBoolean()).isFalse();
    assertThat(run("set", ID, "--pool", "any", "--prefer", "none")).isZero();
    terms = Json.mapper().readTree(farm.requests.getLast().body()).get("terms");
    assertThat(terms.get("pools")).isEmpty();
    assertThat(terms.get("prefer")).isEmpty();
  }

  @Test
  void frames_say_who_rendered_what_with_what_and_what_is_odd() {
    farm.on("GET /v1/jobs/" + ID, job("done", 20, 0));
    NodeSync.Look look = new NodeSync.Look("f/7.png", 64, 36, 0.01, 1, 0, 0, "", null);
    farm.on(
        "GET /v1/jobs/" + ID + "/frames",
        new Jobs.FramePage(
            List.of(
                new Jobs.Frame(
                    0,
                    6,
                    "7",
                    1,
                    "attic",
                    "blender 3.4.1",
                    "CPU",
                    0,
                    4000,
                    1L << 28,
                    "flagged",
                    List.of(new Jobs.Flag("black-frame", "The picture is black.")),
                    null,
                    null,
                    look)),
            null));
    assertThat(run("frames", ID, "--flagged")).isZero();
    assertThat(out.toString())
        .contains("7  attic  blender 3.4.1  CPU")
        .contains("0.010  flagged  [black-frame] The picture is");
    assertThat(err.toString()).contains("blenderer accept " + ID);
  }

  @Test
  void download_fetches_files_and_says_how_many() {
    byte[] frame = "frame".getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(frame);
    farm.on("GET /v1/jobs/" + ID, job("done", 20, 0));
    farm.raw("GET /v1/blobs/" + digest, new FakeFarm.Answer(200, "x/y", "frame"));
    farm.on(
        "GET /v1/jobs/" + ID + "/outputs",
        new Jobs.OutputPage(
            List.of(new Jobs.Output(0, 0, "1", 1, true, "f/1.png", digest.hex(), 5, 0)),
            "1",
            false));
    Path folder = home.resolve("frames");
    assertThat(run("download", ID, "--to", folder.toString())).isZero();
    assertThat(out.toString()).isEqualTo("1 file (5 B) downloaded to " + folder + ".\n");
    assertThat(folder.resolve("f/1.png")).hasContent("frame");
  }
}

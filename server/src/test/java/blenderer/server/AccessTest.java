package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.Secrets;
import blenderer.model.Role;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Reply;
import blenderer.server.routes.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** INV-7: who gets in, and how far. */
@Timeout(120)
@Tag("slow")
class AccessTest {

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

  private static Reply touch(Caller caller, Endpoint endpoint) throws IOException {
    String path = endpoint.pattern().replaceAll("\\{[a-z]+}", "nothing");
    // A stream of events would never end.
    String method = path.equals("/v1/events") ? "HEAD" : endpoint.method();
    if (method.equals("HEAD")) {
      try (var http = caller.farm().connect()) {
        Map<String, String> key =
            caller.secret().isEmpty()
                ? Map.of()
                : Map.of("Authorization", "Bearer " + caller.secret());
        return new Reply(http.request("HEAD", path, key, null), "HEAD " + path);
      }
    }
    return caller.call(method, path, Map.of(), method.equals("GET") ? null : new byte[0]);
  }

  @Test
  void every_route_asks_for_a_key_and_for_a_role_that_may() throws IOException {
    Map<Role, Caller> callers = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      callers.put(role, farm.enrol(role.word(), "a " + role.word()));
    }
    Caller stranger = farm.caller(Secrets.newKey());
    Caller nobody = farm.caller("");
    int guarded = 0;
    for (Endpoint endpoint : farm.server.api().endpoints()) {
      String what = endpoint.method() + " " + endpoint.pattern();
      if (endpoint.action().isOpen()) {
        continue;
      }
      guarded++;
      // There are more routes than free failures.
      assertThat(touch(nobody, endpoint).status()).as(what).isIn(401, 429);
      assertThat(touch(stranger, endpoint).status()).as(what).isIn(401, 429);
      for (Role role : Role.values()) {
        int status = touch(Objects.requireNonNull(callers.get(role)), endpoint).status();
        if (endpoint.action().isAllowedTo(role)) {
          assertThat(status).as(what + " by " + role).isNotIn(401, 403);
        } else {
          assertThat(status).as(what + " by " + role).isEqualTo(403);
        }
      }
    }
    assertThat(guarded).isGreaterThan(30);
  }

  @Test
  void the_first_admins_file_is_for_its_owner_only() throws IOException {
    assertThat(java.nio.file.Files.getPosixFilePermissions(data.resolve("admin.connection")))
        .containsExactlyInAnyOrder(
            java.nio.file.attribute.PosixFilePermission.OWNER_READ,
            java.nio.file.attribute.PosixFilePermission.OWNER_WRITE);
  }

  @Test
  void an_invite_makes_as_many_keys_as_it_has_uses_and_the_same_pair_again() throws IOException {
    Farm.Invite invite =
        farm.admin.post("/v1/invites", new Farm.NewInvite("artist", 1, 60)).as(Farm.Invite.class);
    Caller with = farm.caller(Objects.requireNonNull(invite.secret()));
    Farm.Enrol anna = new Farm.Enrol("anna", Secrets.hash(Secrets.newKey()));
    Farm.Identity first = with.post("/v1/enrol", anna).as(Farm.Identity.class);
    assertThat(with.post("/v1/enrol", anna).as(Farm.Identity.class)).isEqualTo(first);
    Farm.Enrol ben = new Farm.Enrol("ben", Secrets.hash(Secrets.newKey()));
    assertThat(with.post("/v1/enrol", ben).problem(401).code()).isEqualTo("invite-spent");
    assertThat(with.get("/v1/whoami").problem(401).code()).isEqualTo("invite-is-no-key");
    Caller unknown = farm.caller(Secrets.newInvite());
    assertThat(unknown.post("/v1/enrol", ben).problem(401).code()).isEqualTo("invite-unknown");
  }

  @Test
  void a_withdrawn_invite_opens_nothing() throws IOException {
    Farm.Invite invite =
        farm.admin.post("/v1/invites", new Farm.NewInvite("node", 3, 60)).as(Farm.Invite.class);
    assertThat(farm.admin.get("/v1/invites").as(Farm.InviteList.class).invites())
        .singleElement()
        .satisfies(listed -> assertThat(listed.secret()).isNull());
    farm.admin.delete("/v1/invites/" + invite.id()).expect(204);
    Caller with = farm.caller(Objects.requireNonNull(invite.secret()));
    assertThat(with.post("/v1/enrol", new Farm.Enrol("n", Secrets.hash("x"))).problem(401).code())
        .isEqualTo("invite-unknown");
    farm.admin.delete("/v1/invites/" + invite.id()).expect(404);
  }

  @Test
  void a_taken_or_odd_name_is_refused() throws IOException {
    farm.enrol("artist", "anna");
    Farm.Invite invite =
        farm.admin.post("/v1/invites", new Farm.NewInvite("artist", 9, 60)).as(Farm.Invite.class);
    Caller with = farm.caller(Objects.requireNonNull(invite.secret()));
    String hash = Secrets.hash(Secrets.newKey());
    assertThat(with.post("/v1/enrol", new Farm.Enrol("anna", hash)).problem(409).code())
        .isEqualTo("name-taken");
    assertThat(with.post("/v1/enrol", new Farm.Enrol("../x", hash)).problem(422).code())
        .isEqualTo("bad-name");
    assertThat(with.post("/v1/enrol", new Farm.Enrol("x", "short")).problem(422).code())
        .isEqualTo("bad-key-hash");
  }

  @Test
  void a_revoked_key_opens_nothing_at_once() throws IOException {
    Caller anna = farm.enrol("artist", "anna");
    Farm.Identity who = anna.get("/v1/whoami").as(Farm.Identity.class);
    farm.admin.delete("/v1/keys/" + who.id()).expect(204);
    assertThat(anna.get("/v1/whoami").problem(401).code()).isEqualTo("key-unknown");
    assertThat(farm.admin.get("/v1/keys").as(Farm.KeyList.class).keys())
        .filteredOn(key -> key.name().equals("anna"))
        .singleElement()
        .satisfies(key -> assertThat(key.revokedAt()).isNotNull());
  }

  @Test
  void others_than_admins_see_and_revoke_only_keys_of_their_own() throws IOException {
    Caller anna = farm.enrol("artist", "anna");
    Caller ben = farm.enrol("artist", "ben");
    Farm.Identity annas = anna.get("/v1/whoami").as(Farm.Identity.class);
    assertThat(ben.get("/v1/keys").as(Farm.KeyList.class).keys())
        .extracting(Farm.Key::name)
        .containsExactly("ben");
    ben.delete("/v1/keys/" + annas.id()).expect(404);
    anna.delete("/v1/keys/" + annas.id()).expect(204);
    anna.get("/v1/whoami").expect(401);
  }

  @Test
  void the_last_admin_cannot_be_revoked() throws IOException {
    Farm.Identity admin = farm.admin.get("/v1/whoami").as(Farm.Identity.class);
    assertThat(farm.admin.delete("/v1/keys/" + admin.id()).problem(409).code())
        .isEqualTo("last-admin");
  }

  @Test
  void artists_change_only_their_own_jobs_and_admins_all() throws IOException {
    Caller anna = farm.enrol("artist", "anna");
    Caller ben = farm.enrol("artist", "ben");
    String id = anna.submit("1-4").id();
    String path = "/v1/jobs/" + id;
    assertThat(ben.get(path).as(Jobs.Job.class).owner()).isEqualTo("anna");
    for (String verb : new String[] {"/cancel", "/pause", "/resume"}) {
      assertThat(ben.post(path + verb).problem(403).code()).isEqualTo("not-your-job");
    }
    assertThat(ben.post(path + "/retry", new Jobs.Retry(null, null, null)).problem(403).code())
        .isEqualTo("not-your-job");
    Jobs.Change change = new Jobs.Change(90, null);
    assertThat(ben.json("PATCH", path, change, Map.of()).problem(403).code())
        .isEqualTo("not-your-job");
    ben.delete(path).expect(403);
    assertThat(anna.json("PATCH", path, change, Map.of()).as(Jobs.Job.class).priority())
        .isEqualTo(90);
    assertThat(farm.admin.post(path + "/pause").as(Jobs.Job.class).state()).isEqualTo("paused");
  }

  @Test
  void many_failures_of_an_address_are_throttled_but_right_keys_pass() throws IOException {
    Caller stranger = farm.caller("blk_wrong");
    int throttled = 0;
    for (int i = 0; i < 110; i++) {
      throttled += stranger.get("/v1/whoami").status() == 429 ? 1 : 0;
    }
    assertThat(throttled).isEqualTo(9);
    farm.admin.get("/v1/whoami").expect(200);
  }
}

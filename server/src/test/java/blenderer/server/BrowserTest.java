package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.Reports;
import blenderer.api.Secrets;
import blenderer.api.Sessions;
import blenderer.server.TestServer.Caller;
import blenderer.server.http.TestHttp;
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

/** Signing in with a browser, and what other pages cannot do with it. */
@Timeout(60)
class BrowserTest {

  private static final String EVIL = "<img src=x onerror=alert(1)>";

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

  private String invite(String role) throws IOException {
    return Objects.requireNonNull(
        farm.admin
            .post("/v1/invites", new Farm.NewInvite(role, 1, 60))
            .as(Farm.Invite.class)
            .secret());
  }

  private static String link(Caller caller) throws IOException {
    return caller
        .post("/v1/sign-in-links", new Sessions.NewLink(null))
        .as(Sessions.Link.class)
        .secret();
  }

  @Test
  void a_link_signs_a_browser_in_and_its_cookie_is_out_of_reach_of_scripts() throws IOException {
    TestBrowser browser = TestBrowser.of(anna);
    assertThat(browser.setCookie)
        .matches(
            "__Host-blenderer-[0-9a-f]{8}=[A-Za-z0-9_-]{43}; Path=/; Secure; HttpOnly;"
                + " SameSite=Strict; Max-Age=2592000");
    Farm.Identity who = browser.get("/v1/whoami").as(Farm.Identity.class);
    assertThat(who.name()).isEqualTo("anna");
    assertThat(who.session()).isNotNull();
    assertThat(who.may()).isEqualTo("templates");
    assertThat(anna.get("/v1/whoami").as(Farm.Identity.class).session()).isNull();
  }

  @Test
  void a_link_opens_one_session_only() throws IOException {
    String link = link(anna);
    new TestBrowser(farm).signIn(link, null).expect(200);
    assertThat(new TestBrowser(farm).signIn(link, null).problem(401).code())
        .isEqualTo("link-unknown");
    assertThat(new TestBrowser(farm).signIn(anna.secret(), null).problem(401).code())
        .isEqualTo("link-unknown");
  }

  @Test
  void an_invite_makes_a_person_whom_only_the_browser_knows() throws IOException {
    String invite = invite("artist");
    TestBrowser browser = new TestBrowser(farm);
    assertThat(browser.signIn(invite, null).problem(422).code()).isEqualTo("name-missing");
    assertThat(browser.signIn(invite, "anna").problem(409).code()).isEqualTo("name-taken");
    Sessions.SignedIn ben = browser.signIn(invite, "ben").as(Sessions.SignedIn.class);
    assertThat(ben.role()).isEqualTo("artist");
    assertThat(new TestBrowser(farm).signIn(invite, "carl").problem(401).code())
        .isEqualTo("invite-spent");
    assertThat(browser.get("/v1/keys").as(Farm.KeyList.class).keys())
        .extracting(Farm.Key::name)
        .containsExactly("ben");
    // Signed out everywhere, an admin can let the person in again.
    browser.post("/v1/sign-out", null).expect(204);
    Sessions.NewLink forBen = new Sessions.NewLink("ben");
    String link = farm.admin.post("/v1/sign-in-links", forBen).as(Sessions.Link.class).secret();
    assertThat(browser.signIn(link, null).as(Sessions.SignedIn.class).id()).isEqualTo(ben.id());
    assertThat(anna.post("/v1/sign-in-links", forBen).problem(403).code())
        .isEqualTo("not-your-name");
  }

  @Test
  void an_invite_for_nodes_signs_nobody_in_and_keeps_its_use() throws IOException {
    String invite = invite("node");
    assertThat(new TestBrowser(farm).signIn(invite, "n9").problem(422).code())
        .isEqualTo("invite-for-nodes");
    farm.caller(invite)
        .post("/v1/enrol", new Farm.Enrol("n9", Secrets.hash(Secrets.newKey())))
        .expect(200);
  }

  @Test
  void signing_out_ends_the_session_and_takes_the_cookie() throws IOException {
    TestBrowser browser = TestBrowser.of(anna);
    TestBrowser thief = browser.elsewhere(Map.of());
    browser.post("/v1/sign-out", null).expect(204);
    assertThat(browser.setCookie).contains("=; ").endsWith("Max-Age=0");
    assertThat(thief.get("/v1/jobs").problem(401).code()).isEqualTo("session-over");
    assertThat(thief.setCookie).endsWith("Max-Age=0");
    assertThat(anna.post("/v1/sign-out").problem(409).code()).isEqualTo("no-session");
  }

  @Test
  void sessions_are_listed_and_ended_by_their_owner_and_by_admins() throws IOException {
    TestBrowser browser = TestBrowser.of(anna);
    TestBrowser phone = TestBrowser.of(anna);
    Caller ben = farm.enrol("artist", "ben");
    List<Sessions.Session> all =
        browser.get("/v1/sessions").as(Sessions.SessionList.class).sessions();
    assertThat(all).extracting(Sessions.Session::browser).containsOnly("Firefox on Linux");
    assertThat(all).extracting(Sessions.Session::current).containsExactly(true, false);
    assertThat(ben.get("/v1/sessions").as(Sessions.SessionList.class).sessions()).isEmpty();
    String other = all.getLast().id();
    ben.delete("/v1/sessions/" + other).expect(404);
    browser.delete("/v1/sessions/" + other).expect(204);
    phone.get("/v1/whoami").expect(401);
    farm.admin.delete("/v1/sessions/" + all.getFirst().id()).expect(204);
    browser.get("/v1/whoami").expect(401);
  }

  @Test
  void a_revoked_key_takes_its_sessions_along_at_once() throws IOException {
    TestBrowser browser = TestBrowser.of(anna);
    String id = browser.get("/v1/whoami").as(Farm.Identity.class).id();
    String link = link(anna);
    farm.admin.delete("/v1/keys/" + id).expect(204);
    assertThat(browser.get("/v1/whoami").problem(401).code()).isEqualTo("session-over");
    assertThat(new TestBrowser(farm).signIn(link, null).problem(401).code())
        .isEqualTo("link-unknown");
  }

  @Test
  void a_stream_of_events_ends_with_the_session() throws Exception {
    TestBrowser browser = TestBrowser.of(anna);
    try (TestHttp http = farm.connect()) {
      http.send("GET", "/v1/events", Map.of("Cookie", browser.cookie), null);
      assertThat(http.readLine()).startsWith("HTTP/1.1 200");
      browser.post("/v1/sign-out", null).expect(204);
      anna.submit("1-2");
      StringBuilder rest = new StringBuilder();
      try {
        for (String line = http.readLine(); rest.length() < 100_000; line = http.readLine()) {
          rest.append(line).append('\n');
          if (line.equals("0")) {
            break;
          }
        }
      } catch (java.io.EOFException e) {
        // Cut is ended, too.
      }
      assertThat(rest.length()).isLessThan(100_000);
    }
  }

  @Test
  void what_changes_something_must_come_from_the_page_itself() throws IOException {
    TestBrowser browser = TestBrowser.of(anna);
    String job = "/v1/jobs/" + anna.submit("1-4").id();
    List<Map<String, String>> others =
        List.of(
            Map.of("Origin", "https://evil.example"),
            Map.of("Origin", ""),
            Map.of("Origin", "null"),
            Map.of("Origin", "https://localhost:1"),
            Map.of("Origin", "http://localhost"),
            Map.of(Sessions.PAGE_HEADER, ""),
            Map.of("Sec-Fetch-Site", "same-site"),
            Map.of("Sec-Fetch-Site", "cross-site"));
    for (Map<String, String> headers : others) {
      TestBrowser elsewhere = browser.elsewhere(headers);
      assertThat(elsewhere.post(job + "/cancel", null).problem(403).code())
          .as(headers.toString())
          .isEqualTo("not-from-the-page");
      assertThat(elsewhere.signIn(link(anna), null).problem(403).code())
          .as(headers.toString())
          .isEqualTo("not-from-the-page");
    }
    assertThat(anna.get(job).as(Jobs.Job.class).state()).isEqualTo("waiting");
    assertThat(browser.post(job + "/cancel", null).as(Jobs.Job.class).state())
        .isEqualTo("cancelled");
  }

  @Test
  void another_page_cannot_even_look() throws IOException {
    TestBrowser browser = TestBrowser.of(anna);
    assertThat(
            browser
                .elsewhere(Map.of("Sec-Fetch-Site", "same-site"))
                .get("/v1/jobs")
                .problem(403)
                .code())
        .isEqualTo("not-from-the-page");
    TestHttp.Answer answer = browser.get("/v1/jobs").expect(200).answer();
    assertThat(answer.header("access-control-allow-origin")).isEmpty();
    assertThat(answer.header("cross-origin-resource-policy")).isEqualTo("same-origin");
    assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(answer.header("content-security-policy")).contains("sandbox");
    // A browser asks first whether it may send such a request; nobody says yes.
    assertThat(
            browser
                .elsewhere(Map.of("Access-Control-Request-Method", "POST"))
                .call("OPTIONS", "/v1/jobs", null)
                .status())
        .isEqualTo(405);
  }

  @Test
  void roles_hold_as_with_keys() throws IOException {
    TestBrowser viewer = TestBrowser.of(farm.enrol("viewer", "vera"));
    viewer.get("/v1/jobs").expect(200);
    String job = "/v1/jobs/" + anna.submit("1-4").id();
    assertThat(viewer.post(job + "/cancel", null).problem(403).code())
        .isEqualTo("role-not-allowed");
    TestBrowser ben = TestBrowser.of(farm.enrol("artist", "ben"));
    assertThat(ben.post(job + "/cancel", null).problem(403).code()).isEqualTo("not-your-job");
    TestBrowser.of(farm.admin).post(job + "/cancel", null).expect(200);
  }

  @Test
  void who_signed_in_is_in_the_audit_log_and_the_secret_is_not() throws IOException {
    String link = link(anna);
    new TestBrowser(farm).signIn(link, null).expect(200);
    Reports.AuditEntry newest =
        farm.admin.get("/v1/audit?limit=1").as(Reports.AuditPage.class).entries().getFirst();
    assertThat(newest.person()).isEqualTo("anna");
    assertThat(newest.call()).isEqualTo("POST /v1/sign-in");
    assertThat(farm.admin.get("/v1/audit").answer().text()).doesNotContain(link);
  }

  @Test
  void an_odd_name_stays_text() throws IOException {
    TestBrowser browser = TestBrowser.of(anna);
    assertThat(browser.signIn(invite("artist"), EVIL).problem(422).code()).isEqualTo("bad-name");
    Jobs.Submit submit = TestServer.submission("1-2", anna.manifest("scene.blend", "x"));
    Jobs.Submit evil =
        new Jobs.Submit(
            EVIL,
            EVIL,
            50,
            submit.template(),
            submit.manifest(),
            submit.parameters(),
            submit.requirements(),
            submit.settings());
    Jobs.Job job = anna.submit(evil).as(Jobs.Job.class);
    TestHttp.Answer answer = browser.get("/v1/jobs/" + job.id()).expect(200).answer();
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(answer.text()).contains("\"name\":\"" + EVIL + "\"");
  }

  @Test
  void the_farms_certificate_can_be_fetched_without_a_key() throws Exception {
    TestHttp.Answer answer = farm.caller("").get("/ca.crt").expect(200).answer();
    assertThat(answer.header("content-type")).isEqualTo("application/x-x509-ca-cert");
    assertThat(answer.body()).isEqualTo(farm.authority.getEncoded());
  }
}

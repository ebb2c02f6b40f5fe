package blenderer.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.core.MemoryJournal;
import blenderer.journal.PostgresAddress;
import blenderer.journal.Replicas;
import blenderer.model.Digest;
import blenderer.s3.S3Location;
import blenderer.server.TestServer.Caller;
import blenderer.server.TestServer.Node;
import blenderer.server.replicas.Replication;
import blenderer.testkit.S3Server;
import blenderer.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three servers of one farm, on a real PostgreSQL and a real S3 server. */
@Timeout(120)
@Tag("slow")
final class SeveralServersTest {

  @TempDir static Path data;

  private static TestPostgres postgres;
  private static S3Server store;
  private static int number;

  private final List<TestServer> servers = new ArrayList<>();
  private String farm;
  private Caller admin;

  @BeforeAll
  static void startBelow() throws Exception {
    System.setProperty("aws.accessKeyId", S3Server.KEY);
    System.setProperty("aws.secretAccessKey", S3Server.SECRET);
    postgres = TestPostgres.started("fsync=off", "full_page_writes=off");
    store = S3Server.start(data.resolve("s3"));
    store.makeBucket("files");
  }

  @AfterAll
  static void stopBelow() throws Exception {
    store.close();
    postgres.close();
  }

  @BeforeEach
  void start() throws Exception {
    farm = "farm" + ++number;
    postgres.create(farm);
    TestServer first = TestServer.start(options("one"), storage());
    servers.add(first);
    admin = first.admin;
    servers.add(TestServer.joining(options("two"), storage(), admin.secret()));
    servers.add(TestServer.joining(options("three"), storage(), admin.secret()));
    // The others are known to each other once each has looked.
    await(() -> servers.stream().allMatch(one -> one.server.standing().servers().size() == 3));
  }

  @AfterEach
  void stop() {
    servers.forEach(TestServer::close);
  }

  private ServerOptions options(String name) throws Exception {
    return TestServer.options(data.resolve(farm).resolve(name))
        .withBlobs(S3Location.parse("s3://files/" + farm + "?endpoint=" + store.endpoint()));
  }

  private Storage storage() {
    return Storage.shared(
        PostgresAddress.of(postgres.url(farm)), "server-" + farm + "-" + (servers.size() + 1));
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** The same person at another server. */
  private Caller at(int server, Caller caller) {
    return servers.get(server).caller(caller.secret());
  }

  private TestServer leader() {
    await(() -> servers.stream().anyMatch(one -> one.server.standing().leads()));
    return servers.stream().filter(one -> one.server.standing().leads()).findFirst().orElseThrow();
  }

  @Test
  void a_job_given_to_one_is_seen_at_all_at_once_and_done_through_any() throws Exception {
    Caller anna = servers.get(1).enrol("artist", "anna");
    Jobs.Job job = at(2, anna).submit("1-8");
    for (int i = 0; i < 3; i++) {
      assertThat(at(i, anna).get("/v1/jobs/" + job.id()).as(Jobs.Job.class).name())
          .isEqualTo("shot");
    }
    Node node = new Node(servers.get(2).enrol("node", "rack-1"));
    while (!at(1, anna).get("/v1/jobs/" + job.id()).as(Jobs.Job.class).state().equals("done")) {
      assertThat(node.finish(node.lease())).allMatch(ack -> ack.verdict().equals("recorded"));
    }
    for (int i = 0; i < 3; i++) {
      Jobs.Job seen = at(i, anna).get("/v1/jobs/" + job.id()).as(Jobs.Job.class);
      assertThat(seen.state()).isEqualTo("done");
      assertThat(at(i, anna).get("/v1/jobs/" + job.id() + "/outputs").answer().text())
          .contains("s0/7.png");
      assertThat(at(i, anna).get("/v1/nodes").answer().text()).contains("rack-1");
    }
  }

  @Test
  void the_admins_connection_names_servers_that_came_later() {
    Path file = servers.getFirst().server.adminFile();
    List<String> all = servers.getFirst().server.standing().servers();
    await(() -> named(file).containsAll(all));
    assertThat(servers.get(1).server.adminFile()).doesNotExist();
    servers.getLast().close();
    await(() -> servers.getFirst().server.standing().servers().size() == 2);
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
    assertThat(named(file)).as("it may come back").containsAll(all);
  }

  private static List<String> named(Path file) {
    try {
      return ConnectionString.parse(Files.readString(file)).addresses().stream()
          .map(Object::toString)
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void who_follows_says_who_leads() throws Exception {
    Caller anna = at(1, servers.get(0).enrol("artist", "anna"));
    TestServer.Reply reply = anna.get("/v1/server");
    Farm.Server seen = reply.as(Farm.Server.class);

    assertThat(seen.leads()).isFalse();
    assertThat(seen.servers()).hasSize(3);
    assertThat(seen.leader()).isEqualTo("127.0.0.1:" + servers.get(0).server.port());
    assertThat(reply.answer().header("blenderer-leader")).isEqualTo(seen.leader());
    assertThat(at(0, anna).get("/v1/server").as(Farm.Server.class).leads()).isTrue();
    assertThat(at(0, anna).get("/v1/server").answer().header("blenderer-leader")).isEmpty();
    assertThat(at(1, anna).get("/readyz").answer().text()).contains("\"follower\"");
    assertThat(at(0, anna).get("/readyz").answer().text()).contains("\"leader\"");
    assertThat(anna.get("/metrics").answer().text()).contains("blenderer_leads 0.0");
  }

  @Test
  void a_key_that_is_revoked_at_one_opens_nothing_at_another() throws Exception {
    Caller anna = servers.get(0).enrol("artist", "anna");
    for (int i = 0; i < 3; i++) {
      at(i, anna).get("/v1/jobs").expect(200);
    }
    try (TestEvents watching = new TestEvents(at(2, anna), null)) {
      Farm.KeyList keys = at(1, admin).get("/v1/keys").as(Farm.KeyList.class);
      String id =
          keys.keys().stream()
              .filter(key -> key.name().equals("anna"))
              .findFirst()
              .orElseThrow()
              .id();
      at(1, admin).delete("/v1/keys/" + id).expect(204);

      for (int i = 0; i < 3; i++) {
        at(i, anna).get("/v1/jobs").problem(401);
      }
      // What happens now she does not hear any more.
      at(0, admin).submit("1-2");
      assertThatThrownBy(watching::next).isInstanceOf(IOException.class);
    }
  }

  @Test
  void watchers_go_on_by_revision_at_another_server_when_the_leader_ends() throws Exception {
    Caller anna = servers.get(0).enrol("artist", "anna");
    TestServer first = leader();
    int follower = servers.indexOf(first) == 1 ? 2 : 1;
    String last;
    try (TestEvents leading = new TestEvents(first.caller(anna.secret()), null);
        TestEvents following = new TestEvents(at(follower, anna), null)) {
      Jobs.Job job = anna.submit("1-4");
      last = leading.next(seen -> seen.event().id().equals(job.id())).id();
      assertThat(following.next(seen -> seen.event().id().equals(job.id())).id()).isEqualTo(last);

      long began = System.nanoTime();
      first.close();
      await(() -> servers.stream().anyMatch(one -> one != first && one.server.standing().leads()));
      assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(5);

      Jobs.Job next = at(follower, anna).submit("1-2");
      // Its watcher noticed nothing: no start anew, and only higher revisions.
      TestEvents.Seen seen = following.next();
      assertThat(seen.kind()).isEqualTo("job");
      assertThat(seen.event().id()).isEqualTo(next.id());
      assertThat(seen.event().revision()).isGreaterThan(Long.parseLong(last));
    }
    // Who watched at the one that ended goes on where it was.
    int other = 3 - follower - servers.indexOf(first);
    try (TestEvents going = new TestEvents(at(other, anna), last)) {
      TestEvents.Seen seen = going.next();
      assertThat(seen.kind()).isEqualTo("job");
      assertThat(seen.event().revision()).isGreaterThan(Long.parseLong(last));
    }
  }

  @Test
  void nodes_work_on_through_a_change_of_leader() throws Exception {
    Caller anna = servers.get(0).enrol("artist", "anna");
    Node node = new Node(servers.get(0).enrol("node", "rack-1"));
    Jobs.Job job = anna.submit("1-8");
    NodeSync.WantedLease lease = node.lease();
    TestServer first = leader();
    TestServer follower = servers.get(servers.indexOf(first) == 1 ? 2 : 1);
    first.close();

    // With the reports of what it was given by the one that ended.
    Node moved = node.at(follower);
    assertThat(moved.finish(lease)).allMatch(ack -> ack.verdict().equals("recorded"));
    while (!follower
        .caller(anna.secret())
        .get("/v1/jobs/" + job.id())
        .as(Jobs.Job.class)
        .state()
        .equals("done")) {
      moved.finish(moved.lease());
    }
  }

  @Test
  void progress_that_stands_in_no_row_is_seen_at_those_that_follow() throws Exception {
    Caller anna = servers.get(0).enrol("artist", "anna");
    Node node = new Node(servers.get(0).enrol("node", "rack-1"));
    Jobs.Job job = anna.submit("1-4");
    NodeSync.WantedLease lease = node.lease();
    try (TestEvents following = new TestEvents(at(1, anna), null)) {
      node.sync(
          List.of(
              new NodeSync.HeldLease(
                  lease.lease(), true, List.of(new NodeSync.Progress(0, 42.0, 3.0, 1L << 20)))),
          List.of());
      TestEvents.Seen seen = following.next(one -> one.kind().equals("progress"));
      assertThat(seen.event().id()).isEqualTo(job.id());
      assertThat(String.valueOf(seen.event().row())).contains("42.0");
    }
  }

  @Test
  void nobody_outside_passes_calls_on_in_the_name_of_others() throws Exception {
    Caller anna = at(1, servers.get(0).enrol("artist", "anna"));
    Map<String, String> forged = Map.of("Blenderer-Passed-On", "blk_forged 10.0.0.9 farm:1");

    anna.json("POST", "/v1/replicas/soft", Map.of("keys", Map.of()), forged).problem(403);
    at(0, anna).json("POST", "/v1/replicas/soft", Map.of("keys", Map.of()), forged).problem(403);
    servers.get(1).caller("").json("DELETE", "/v1/jobs/none", "", forged).problem(401);
    assertThat(at(1, admin).get("/metrics").answer().text())
        .contains("blenderer_calls_passed_on_total 0.0");
    // The audit names who called, not what a caller said of itself.
    anna.json("POST", "/v1/jobs/none/cancel", "", forged).problem(404);
    assertThat(admin.get("/v1/audit").answer().text())
        .contains("127.0.0.1")
        .doesNotContain("10.0.0.9");
  }

  @Test
  void files_are_given_and_fetched_at_any() throws Exception {
    Caller anna = servers.get(0).enrol("artist", "anna");
    byte[] small = "small".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] large = new byte[3 << 20];
    large[7] = 1;
    Digest first = at(1, anna).upload(small);
    Digest second = at(2, anna).upload(large);

    for (int i = 0; i < 3; i++) {
      assertThat(at(i, anna).get("/v1/blobs/" + first).expect(200).answer().body())
          .isEqualTo(small);
      assertThat(at(i, anna).get("/v1/blobs/" + second).expect(200).answer().body())
          .isEqualTo(large);
    }
  }

  @Test
  void the_folder_of_another_farm_is_refused() throws Exception {
    Path other = data.resolve(farm).resolve("other");
    TestServer.inMemory(other).close();
    Files.delete(other.resolve("admin.connection"));

    assertThatThrownBy(() -> TestServer.joining(options("other"), storage(), admin.secret()))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("belongs to another farm");
  }

  @Test
  void servers_of_versions_next_to_each_other_work_together_and_no_others() throws Exception {
    Replicas replicas = requireNonNull(servers.getFirst().storage.shared()).replicas();
    replicas.tell(new Replicas.Replica("next", "farm9:8443", "9.9", Replication.PROTOCOL + 1, ""));
    TestServer beside = TestServer.joining(options("four"), storage(), admin.secret());
    servers.add(beside);
    beside.caller(admin.secret()).get("/v1/jobs").expect(200);

    replicas.tell(new Replicas.Replica("next", "farm9:8443", "9.9", Replication.PROTOCOL + 2, ""));
    assertThatThrownBy(() -> TestServer.joining(options("five"), storage(), admin.secret()))
        .isInstanceOfSatisfying(
            ServerException.class, e -> assertThat(e.code()).isEqualTo("servers-differ"))
        .hasMessageContaining("farm9:8443 runs Blenderer 9.9");
  }

  @Test
  void servers_with_their_files_in_different_buckets_are_not_one_farm() throws Exception {
    ServerOptions elsewhere =
        options("four")
            .withBlobs(
                S3Location.parse("s3://files/elsewhere-" + farm + "?endpoint=" + store.endpoint()));

    assertThatThrownBy(() -> TestServer.joining(elsewhere, storage(), admin.secret()))
        .isInstanceOfSatisfying(
            ServerException.class, e -> assertThat(e.code()).isEqualTo("servers-differ"))
        .hasMessageContaining("keeps its files in s3://files/" + farm + ", and this one was told")
        .hasMessageContaining("with the same --blobs");
    // Nor does it claim that place for this farm.
    TestServer.start(
            TestServer.options(data.resolve(farm).resolve("another"))
                .withBlobs(elsewhere.blobs().orElseThrow()),
            Storage.inMemory(new MemoryJournal()))
        .close();
  }
}

package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.core.Journal.JournalException;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.LookState;
import blenderer.model.Outcome;
import blenderer.model.Role;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several servers on one journal. */
@Tag("slow")
final class SharedJournalTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A server, as far as its journal goes. */
  private static final class Peer implements AutoCloseable {
    final String id;
    final Database.Shared shared;
    final List<String> heard = new ArrayList<>();

    Peer(String id, PostgresAddress address) {
      this.id = id;
      shared = Database.share(address, id);
    }

    Peer running() {
      shared
          .election()
          .start(
              new Election.Listener() {
                @Override
                public void leads(long epoch) {
                  note("leads " + epoch);
                }

                @Override
                public void follows() {
                  note("follows");
                }
              });
      return this;
    }

    synchronized void note(String what) {
      heard.add(what);
    }

    synchronized List<String> heard() {
      return List.copyOf(heard);
    }

    boolean leads() {
      return shared.election().leads();
    }

    Database database() {
      return shared.database();
    }

    @Override
    public void close() {
      shared.database().close();
      shared.replicas().close();
    }
  }

  private final List<Peer> peers = new ArrayList<>();
  private String name;
  private PostgresAddress address;

  @BeforeEach
  void begin() {
    name = SharedPostgres.fresh();
    address = SharedPostgres.address(name);
  }

  @AfterEach
  void end() {
    peers.forEach(Peer::close);
  }

  private Peer peer(String id) {
    Peer peer = new Peer(id, address);
    peers.add(peer);
    return peer;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private Peer leader() {
    await(() -> peers.stream().anyMatch(Peer::leads));
    return peers.stream().filter(Peer::leads).findFirst().orElseThrow();
  }

  @Test
  void one_of_them_leads_and_when_it_ends_another_one_does() {
    peer("one").running();
    peer("two").running();
    peer("three").running();

    Peer first = leader();
    first.database().journal().commit(1, List.of());
    first.close();
    await(() -> peers.stream().anyMatch(peer -> peer != first && peer.leads()));
    Peer second =
        peers.stream().filter(peer -> peer != first && peer.leads()).findFirst().orElseThrow();

    assertThat(second.heard()).containsExactly("leads 2");
    second.database().journal().commit(2, List.of());
    assertThat(second.shared.tail().since(1).leader())
        .isEqualTo(new CommitTail.Leader(2, second.id));
  }

  @Test
  void whoever_does_not_lead_writes_nothing() {
    peer("one").running();
    leader();
    Peer other = peer("two");

    assertThatThrownBy(() -> other.database().journal().commit(1, List.of()))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("another server leads");
    assertThatThrownBy(
            () -> other.database().accounts().add("k", "ada", Role.ADMIN, "0".repeat(64), 1))
        .isInstanceOf(JournalException.class);
    assertThat(other.database().history().revision()).isZero();
  }

  @Test
  void a_leader_whose_connections_break_leads_on_in_its_epoch() throws Exception {
    Peer one = peer("one").running();
    leader();
    one.database().journal().commit(1, List.of());

    SharedPostgres.run(
        name,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
            + " 'blenderer %' AND datname = current_database()");
    one.database().journal().commit(2, List.of());

    assertThat(one.heard()).containsExactly("leads 1");
    assertThat(one.shared.election().epoch()).isEqualTo(1);
  }

  @Test
  void a_leader_whose_epoch_is_over_follows_and_may_lead_again() throws Exception {
    Peer one = peer("one").running();
    leader();
    // As if it had been stopped and another one had led meanwhile.
    SharedPostgres.run(
        name,
        "UPDATE leader SET epoch = epoch + 1, written = written + 3",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
            + " 'blenderer election' AND datname = current_database()");

    await(() -> one.heard().contains("leads 3"));
    assertThat(one.heard()).containsExactly("leads 1", "follows", "leads 3");
    one.database().journal().commit(1, List.of());
  }

  @Test
  void a_commit_in_doubt_is_not_taken_for_one_of_the_next_leader() throws Exception {
    try (Database database = Database.open(address)) {
      database.journal().commit(1, List.of());
    }
    PostgresConnections connections = new PostgresConnections(address);
    SoleLeadership leadership = SoleLeadership.take(connections, PATIENCE);
    leadership.begin();
    CutConnections cut = new CutConnections(connections, CutAt.BEFORE_COMMIT);
    int[] opened = {0};
    try (Transactions transactions =
        new PostgresTransactions(
            () -> {
              if (++opened[0] == 2) {
                SharedPostgres.run(
                    name, "UPDATE leader SET epoch = epoch + 1, written = written + 5");
              }
              return cut.open();
            },
            leadership,
            PATIENCE,
            false)) {
      assertThatThrownBy(
              () ->
                  transactions.commit(
                      (session, _) -> session.update("UPDATE meta SET attempts = attempts + 1")))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("another server leads");
    }
    assertThat(SharedPostgres.run(name, "SELECT attempts FROM meta")).containsExactly("0");
  }

  @Test
  void followers_read_what_the_leader_committed_in_its_order() {
    Peer one = peer("one").running();
    leader();
    Peer other = peer("two");
    Row.Job job = Samples.job("01job", JobState.RUNNING);
    Row.Step step = Samples.step("01job", 0, 10, StepState.RUNNING);
    Row.Task leased = Samples.task("01job", 0, 3, 1, TaskState.LEASED, "lease-1");
    Row.Lease lease = Samples.lease("lease-1", "rack-1", "01job", 0, IndexRanges.of(3));
    Row.Task failed = Samples.task("01job", 0, 4, TaskState.FAILED);
    Row.Judgement judged =
        new Row.Judgement("01job", 0, 3, 1, LookState.ACCEPTED, List.of(), "ada", 9L);

    one.database().journal().commit(1, List.of(job, step));
    one.database().journal().commit(2, List.of(leased, lease));
    one.database()
        .journal()
        .commit(
            3,
            List.of(
                failed,
                Samples.attempt("lease-1", "01job", 0, 3, 1, Outcome.SUCCEEDED),
                judged,
                new Row.LeaseEnded("lease-1")));

    CommitTail.News news = other.shared.tail().since(0);
    assertThat(news.isWhole()).isTrue();
    assertThat(news.revision()).isEqualTo(3);
    assertThat(news.leader()).isEqualTo(new CommitTail.Leader(1, "one"));
    assertThat(news.commits())
        .containsExactly(
            new CommitTail.Commit(1, List.of(Samples.withoutInputs(job), step)),
            new CommitTail.Commit(2, List.of(leased, lease)),
            new CommitTail.Commit(3, List.of(failed, judged, new Row.LeaseEnded("lease-1"))));
    assertThat(other.shared.tail().since(3).commits()).isEmpty();
    assertThat(other.shared.tail().since(3).isWhole()).isTrue();
    assertThat(other.shared.tail().outline().jobs())
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.job()).isEqualTo(Samples.withoutInputs(job));
              assertThat(seen.steps().getFirst().step()).isEqualTo(step);
            });
  }

  @Test
  void a_job_of_which_only_an_output_is_told_counts_as_changed() {
    Peer one = peer("one").running();
    leader();
    Row.Job job = Samples.job("01job", JobState.RUNNING);
    one.database().journal().commit(1, List.of(job));
    one.database()
        .journal()
        .commit(2, List.of(Samples.attempt("lease-1", "01job", 0, 3, 1, Outcome.LOST)));

    assertThat(one.shared.tail().since(1).commits())
        .containsExactly(new CommitTail.Commit(2, List.of(Samples.withoutInputs(job))));
  }

  @Test
  void who_missed_too_much_or_cannot_read_it_is_told_to_load() throws Exception {
    Peer one = peer("one").running();
    leader();
    for (int i = 1; i <= 5; i++) {
      one.database().journal().commit(i, List.of());
    }
    assertThat(one.shared.tail().since(2).commits()).hasSize(3);

    SharedPostgres.run(name, "UPDATE commits SET news = '\\x07' WHERE revision = 4");
    assertThat(one.shared.tail().since(2).isWhole()).isFalse();
    assertThat(one.shared.tail().since(4).isWhole()).isTrue();

    SharedPostgres.run(name, "DELETE FROM commits WHERE revision < 4");
    assertThat(one.shared.tail().since(2).isWhole()).isFalse();
    // Another database than it was.
    assertThat(one.shared.tail().since(9).isWhole()).isFalse();
  }

  @Test
  void old_news_are_deleted() throws Exception {
    Peer one = peer("one").running();
    leader();
    for (int i = 1; i <= CommitTail.KEPT + 400; i++) {
      one.database().journal().commit(i, List.of());
    }
    assertThat(SharedPostgres.run(name, "SELECT min(revision) FROM commits"))
        .containsExactly("401");
  }

  @Test
  void keys_that_are_revoked_and_archives_raise_what_lies_beside() {
    Peer one = peer("one").running();
    leader();
    Peer other = peer("two");
    one.database().accounts().add("k1", "ada", Role.ADMIN, "0".repeat(64), 1);
    long before = other.shared.tail().since(0).beside();

    one.database().accounts().revoke("k1", 2);
    long revoked = other.shared.tail().since(0).beside();
    one.database().archives().remove(Digest.of(new byte[0]));
    long removed = other.shared.tail().since(0).beside();
    one.database().sessions().end("none");

    assertThat(List.of(revoked, removed, other.shared.tail().since(0).beside()))
        .containsExactly(before + 1, before + 2, before + 3);
  }

  @Test
  void servers_know_each_other_and_share_secrets() {
    Peer one = peer("one");
    Peer other = peer("two");
    one.shared.replicas().tell(new Replicas.Replica("one", "farm1:8443", "1.0", 1, ""));
    other
        .shared
        .replicas()
        .tell(new Replicas.Replica("two", "farm2:8443,10.0.0.2:8443", "1.0", 1, ""));

    assertThat(one.shared.replicas().live())
        .containsExactly(
            new Replicas.Replica("one", "farm1:8443", "1.0", 1, ""),
            new Replicas.Replica("two", "farm2:8443,10.0.0.2:8443", "1.0", 1, ""));
    one.shared.replicas().gone("one");
    assertThat(other.shared.replicas().live()).extracting(Replicas.Replica::id).containsOnly("two");

    assertThat(one.shared.replicas().secret("s", "a")).isEqualTo("a");
    assertThat(other.shared.replicas().secret("s", "b")).isEqualTo("a");
  }

  @Test
  void a_server_that_works_alone_is_not_joined_and_does_not_join() {
    try (Database alone = Database.open(address)) {
      alone.journal().commit(1, List.of());
      assertThatThrownBy(() -> Database.share(address, "two"))
          .isInstanceOfSatisfying(
              DatabaseRefused.class, e -> assertThat(e.code()).isEqualTo("database-in-use"));
    }
    peer("two").running();
    leader();
    assertThatThrownBy(() -> Database.open(address, Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            DatabaseRefused.class, e -> assertThat(e.code()).isEqualTo("database-in-use"));
  }
}

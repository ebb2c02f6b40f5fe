package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.journal.AccountStore.Enrolment;
import blenderer.journal.AccountStore.Enrolment.Enrolled;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.AccountStore.Invite;
import blenderer.journal.AccountStore.Key;
import blenderer.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store of keys and invites must do. */
abstract class AccountContract {

  /** An empty store, the same for the whole test. */
  abstract AccountStore accounts();

  private static String hash(String secret) {
    return Samples.digest(secret).hex();
  }

  private void invite(String id, Role role, int uses) {
    accounts().invite(new Invite(id, role, uses, 0, 1_000), hash(id));
  }

  private Enrolment enrol(String invite, String id, String name, String secret, long now) {
    return accounts().enrol(hash(invite), id, name, hash(secret), now);
  }

  @Test
  void a_key_that_was_added_is_found_by_its_hash() {
    Identity ada = new Identity("k1", "ada", Role.ADMIN);
    assertThat(accounts().add("k1", "ada", Role.ADMIN, hash("s"), 5)).isEqualTo(new Enrolled(ada));
    assertThat(accounts().byHash(hash("s"))).contains(ada);
    assertThat(accounts().byHash(hash("t"))).isEmpty();
    assertThat(accounts().keys()).containsExactly(new Key("k1", "ada", Role.ADMIN, 5, null, null));
  }

  @Test
  void adding_the_same_key_again_is_one_key() {
    accounts().add("k1", "ada", Role.ADMIN, hash("s"), 5);
    assertThat(accounts().add("k2", "ada", Role.ADMIN, hash("s"), 6))
        .isEqualTo(new Enrolled(new Identity("k1", "ada", Role.ADMIN)));
    assertThat(accounts().keys()).hasSize(1);
    assertThat(accounts().add("k3", "bo", Role.ADMIN, hash("s"), 6))
        .isEqualTo(new Enrolment.KeyTaken());
    assertThat(accounts().add("k4", "ada", Role.ADMIN, hash("t"), 6))
        .isEqualTo(new Enrolment.NameTaken());
  }

  @Test
  void an_invite_makes_a_key_of_its_role_and_loses_a_use() {
    invite("i1", Role.NODE, 2);
    assertThat(enrol("i1", "k1", "rack-1", "s", 10))
        .isEqualTo(new Enrolled(new Identity("k1", "rack-1", Role.NODE)));
    assertThat(accounts().invites(10)).containsExactly(new Invite("i1", Role.NODE, 1, 0, 1_000));
    assertThat(accounts().byHash(hash("s"))).isPresent();
  }

  @Test
  void the_same_enrolment_succeeds_again_whatever_became_of_the_invite() {
    invite("i1", Role.NODE, 1);
    Enrolment first = enrol("i1", "k1", "rack-1", "s", 10);
    assertThat(enrol("i1", "k2", "rack-1", "s", 11)).isEqualTo(first);
    assertThat(enrol("i1", "k2", "rack-1", "s", 9_000)).isEqualTo(first);
    accounts().withdraw("i1");
    assertThat(enrol("i1", "k2", "rack-1", "s", 12)).isEqualTo(first);
    assertThat(accounts().keys()).hasSize(1);
  }

  @Test
  void an_invite_unknown_withdrawn_spent_or_expired_makes_no_key() {
    assertThat(enrol("i0", "k1", "rack-1", "s", 10)).isEqualTo(new Enrolment.InviteUnknown());
    invite("i1", Role.NODE, 1);
    assertThat(enrol("i1", "k1", "rack-1", "s", 1_000))
        .isEqualTo(new Enrolment.InviteExpired(1_000));
    assertThat(enrol("i1", "k1", "rack-1", "s", 999)).isInstanceOf(Enrolled.class);
    assertThat(enrol("i1", "k2", "rack-2", "t", 999)).isEqualTo(new Enrolment.InviteSpent());
    invite("i2", Role.NODE, 1);
    assertThat(accounts().withdraw("i2")).isTrue();
    assertThat(accounts().withdraw("i2")).isFalse();
    assertThat(enrol("i2", "k2", "rack-2", "t", 999)).isEqualTo(new Enrolment.InviteUnknown());
    assertThat(accounts().keys()).hasSize(1);
  }

  @Test
  void a_name_belongs_to_one_live_key_and_a_refusal_costs_no_use() {
    invite("i1", Role.NODE, 5);
    enrol("i1", "k1", "rack-1", "s", 10);
    assertThat(enrol("i1", "k2", "rack-1", "t", 10)).isEqualTo(new Enrolment.NameTaken());
    assertThat(enrol("i1", "k2", "rack-2", "s", 10)).isEqualTo(new Enrolment.KeyTaken());
    assertThat(accounts().invites(10)).extracting(Invite::usesLeft).containsExactly(4);
  }

  @Test
  void a_live_key_may_come_with_another_invite_of_its_role_and_costs_no_use() {
    invite("i1", Role.NODE, 1);
    invite("i2", Role.NODE, 1);
    invite("i3", Role.ARTIST, 1);
    Enrolment first = enrol("i1", "k1", "rack-1", "s", 10);
    assertThat(enrol("i2", "k2", "rack-1", "s", 10)).isEqualTo(first);
    assertThat(enrol("i3", "k2", "rack-1", "s", 10)).isEqualTo(new Enrolment.KeyTaken());
    assertThat(accounts().invites(10)).extracting(Invite::id).containsExactly("i2", "i3");
  }

  @Test
  void a_revoked_key_opens_nothing_and_frees_its_name_for_its_role_only() {
    invite("i1", Role.NODE, 5);
    invite("i2", Role.ARTIST, 5);
    enrol("i1", "k1", "rack-1", "s", 10);
    assertThat(accounts().revoke("k1", 20))
        .contains(new Key("k1", "rack-1", Role.NODE, 10, null, 20L));
    assertThat(accounts().revoke("k1", 30).orElseThrow().revokedAt()).isEqualTo(20);
    assertThat(accounts().revoke("k9", 30)).isEmpty();
    assertThat(accounts().byHash(hash("s"))).isEmpty();
    assertThat(enrol("i1", "k2", "rack-1", "s", 21)).isEqualTo(new Enrolment.KeyTaken());
    assertThat(enrol("i2", "k2", "rack-1", "t", 21)).isEqualTo(new Enrolment.NameTaken());
    assertThat(enrol("i1", "k2", "rack-1", "t", 21)).isInstanceOf(Enrolled.class);
    assertThat(accounts().keys()).extracting(Key::id).containsExactly("k1", "k2");
  }

  @Test
  void the_last_use_of_a_key_is_told_and_never_goes_back() {
    accounts().add("k1", "ada", Role.ADMIN, hash("s"), 5);
    accounts().used("k1", 70);
    accounts().used("k1", 60);
    accounts().used("unknown", 60);
    assertThat(accounts().keys()).extracting(Key::lastUsedAt).containsExactly(70L);
  }

  @Test
  void two_at_once_cannot_share_the_last_use_of_an_invite() throws Exception {
    for (int round = 0; round < 20; round++) {
      String invite = "i" + round;
      invite(invite, Role.NODE, 1);
      List<Future<Enrolment>> results = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (String name : List.of("a" + round, "b" + round)) {
          results.add(threads.submit(() -> enrol(invite, "k-" + name, name, name, 10)));
        }
      }
      assertThat(List.of(results.get(0).get(), results.get(1).get()))
          .filteredOn(Enrolled.class::isInstance)
          .hasSize(1);
    }
  }
}

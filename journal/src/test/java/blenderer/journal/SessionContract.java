package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.journal.AccountStore.Identity;
import blenderer.journal.SessionStore.New;
import blenderer.journal.SessionStore.Opening;
import blenderer.journal.SessionStore.Session;
import blenderer.model.Role;
import org.junit.jupiter.api.Test;

/** What every store of sessions must do, together with the keys that they belong to. */
abstract class SessionContract {

  private static final Identity ADA = new Identity("k1", "ada", Role.ARTIST);

  abstract SessionStore sessions();

  abstract AccountStore accounts();

  private static New session(String id) {
    return new New(id, "Firefox on Linux", 100);
  }

  private void ada() {
    accounts().add("k1", "ada", Role.ARTIST, "f".repeat(64), 0);
  }

  @Test
  void a_link_opens_one_session_and_no_second() {
    ada();
    sessions().link("link", "k1", 10);
    assertThat(sessions().open("link", session("s1"), "token", 5))
        .isEqualTo(new Opening.Opened(ADA));
    assertThat(sessions().open("link", session("s2"), "other", 6)).isEqualTo(new Opening.Unknown());
    assertThat(sessions().byHash("token", 7)).contains(new SessionStore.Live("s1", ADA, 100));
    assertThat(sessions().byHash("other", 7)).isEmpty();
  }

  @Test
  void a_link_that_is_too_old_opens_nothing_and_is_spent() {
    ada();
    sessions().link("link", "k1", 10);
    assertThat(sessions().open("link", session("s1"), "token", 10))
        .isEqualTo(new Opening.Expired());
    assertThat(sessions().open("link", session("s1"), "token", 5)).isEqualTo(new Opening.Unknown());
    assertThat(sessions().sessions(5)).isEmpty();
  }

  @Test
  void a_session_ends_by_time_by_hand_and_with_its_key() {
    ada();
    sessions().begin("k1", session("s1"), "one", 0);
    sessions().begin("k1", session("s2"), "two", 0);
    assertThat(sessions().byHash("one", 99)).isPresent();
    assertThat(sessions().byHash("one", 100)).isEmpty();
    assertThat(sessions().end("s1")).isTrue();
    assertThat(sessions().end("s1")).isFalse();
    assertThat(sessions().byHash("one", 1)).isEmpty();
    assertThat(sessions().byHash("two", 1)).isPresent();
    accounts().revoke("k1", 2);
    assertThat(sessions().byHash("two", 3)).isEmpty();
    assertThat(sessions().sessions(3)).isEmpty();
  }

  @Test
  void a_link_of_a_revoked_key_opens_nothing() {
    ada();
    sessions().link("link", "k1", 10);
    accounts().revoke("k1", 2);
    assertThat(sessions().open("link", session("s1"), "token", 5)).isEqualTo(new Opening.Unknown());
  }

  @Test
  void sessions_are_listed_with_their_last_use_and_forgotten_when_they_are_over() {
    ada();
    sessions().begin("k1", session("s1"), "one", 3);
    sessions().begin("k1", new New("s2", "Safari on a phone", 200), "two", 4);
    sessions().used("s2", 50);
    assertThat(sessions().sessions(60))
        .containsExactly(
            new Session("s1", ADA, "Firefox on Linux", 3, null, 100),
            new Session("s2", ADA, "Safari on a phone", 4, 50L, 200));
    sessions().forget(150);
    assertThat(sessions().sessions(60)).extracting(Session::id).containsExactly("s2");
  }
}

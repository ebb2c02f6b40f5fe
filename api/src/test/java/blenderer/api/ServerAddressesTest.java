package blenderer.api;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ConnectionString.Address;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ServerAddressesTest {

  private long now = Long.MAX_VALUE - 5;
  private final ServerAddresses addresses =
      new ServerAddresses(List.of(of("a"), of("b"), of("c")), () -> now);

  private static Address of(String host) {
    return new Address(host, 1);
  }

  private String order() {
    return addresses.inOrder().stream().map(Address::host).collect(Collectors.joining(" "));
  }

  @Test
  void the_one_that_answered_last_comes_first_then_the_others_in_turn() {
    assertThat(order()).isEqualTo("a b c");
    addresses.worked(of("b"));
    assertThat(order()).isEqualTo("b c a");
  }

  @Test
  void one_that_failed_comes_last_for_a_while() {
    addresses.failed(of("a"));
    assertThat(order()).isEqualTo("b c a");
    now += Duration.ofSeconds(11).toNanos();
    assertThat(order()).isEqualTo("a b c");
  }

  @Test
  void when_all_have_failed_the_one_that_did_so_first_is_tried_first() {
    addresses.failed(of("b"));
    now++;
    addresses.failed(of("c"));
    now++;
    addresses.failed(of("a"));
    assertThat(order()).isEqualTo("b c a");
  }

  @Test
  void the_leader_comes_first_until_it_fails() {
    assertThat(addresses.leads("x:1, y:1")).isTrue();
    assertThat(addresses.leads("x:1, y:1")).isFalse();
    assertThat(order()).isEqualTo("x y a b c");
    assertThat(addresses.isRight(of("y"))).isTrue();
    assertThat(addresses.isRight(of("a"))).isFalse();
    addresses.failed(of("x"));
    assertThat(order()).isEqualTo("y a b c x");
    addresses.failed(of("y"));
    assertThat(order()).isEqualTo("a b c x y");
    assertThat(addresses.isRight(of("a"))).isTrue();
    // A follower that has not noticed yet says the same again.
    assertThat(addresses.leads("x:1, y:1")).isFalse();
    assertThat(order()).isEqualTo("a b c x y");
    now += Duration.ofSeconds(11).toNanos();
    assertThat(addresses.leads("x:1, y:1")).isTrue();
    assertThat(order()).isEqualTo("x y a b c");
  }

  @Test
  void who_led_once_is_a_server_of_the_farm_for_whoever_knew_but_one() {
    ServerAddresses one = new ServerAddresses(List.of(of("a")), () -> now);
    assertThat(one.areSeveral()).isFalse();
    one.leads("x:1");
    one.failed(of("x"));
    assertThat(one.areSeveral()).isTrue();
    assertThat(one.inOrder()).containsExactly(of("a"), of("x"));
  }

  @Test
  void a_leader_that_can_never_be_reached_from_here_is_tried_ever_more_seldom() {
    int tries = 0;
    for (int second = 0; second < 3600; second++) {
      if (addresses.leads("x:1")) {
        tries++;
        addresses.failed(of("x"));
      }
      now += Duration.ofSeconds(1).toNanos();
    }
    assertThat(tries).isBetween(5, 20);
  }

  @Test
  void calls_that_fail_together_count_once() {
    for (int i = 0; i < 5; i++) {
      addresses.failed(of("a"));
    }
    now += Duration.ofSeconds(11).toNanos();
    assertThat(order()).isEqualTo("a b c");
    addresses.failed(of("a"));
    now += Duration.ofSeconds(11).toNanos();
    assertThat(order()).isEqualTo("b c a");
  }

  @Test
  void what_is_no_address_is_passed_over() {
    assertThat(addresses.leads("")).isFalse();
    assertThat(addresses.leads("?,https://x,[::1]:7,:80,q:99999")).isTrue();
    assertThat(order()).isEqualTo("::1 a b c");
  }

  @Test
  void servers_heard_of_stay_known_while_they_are_away() {
    assertThat(new ServerAddresses(List.of(of("a")), () -> now).areSeveral()).isFalse();
    addresses.heard(List.of("b:1", "d:1"));
    assertThat(order()).isEqualTo("a b c d");
    addresses.heard(List.of("e:1"));
    assertThat(order()).isEqualTo("a b c e d");
    for (int i = 0; i < 100; i++) {
      addresses.heard(List.of("f" + i + ":1"));
    }
    assertThat(addresses.inOrder()).hasSize(3 + 32).contains(of("f99")).doesNotContain(of("e"));
    assertThat(addresses.areSeveral()).isTrue();
  }
}

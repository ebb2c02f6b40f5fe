package blenderer.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a farm's servers listen, and which of them to try first: where the leader is said to be,
 * then where a connection was made last, then the others in turn. Where nobody answered comes last
 * for a while. Safe for many threads.
 */
final class ServerAddresses {

  /** With this an answer says where the leader listens. */
  static final String LEADER = "blenderer-leader";

  private static final long FIRST_AVOID = Duration.ofSeconds(10).toNanos();
  private static final int MOST_DOUBLINGS = 5;

  /** More than a farm has; whoever was heard of first is forgotten first. */
  private static final int MOST = 32;

  private record Avoided(long since, long until, int times) {}

  private final List<ConnectionString.Address> named;
  private final LongSupplier nanos;
  private List<ConnectionString.Address> heard = List.of();
  private List<ConnectionString.Address> leader = List.of();
  private String leaderText = "";
  private ConnectionString.@Nullable Address lastGood;
  private final Map<ConnectionString.Address, Avoided> avoided = new HashMap<>();
  private final Set<ConnectionString.Address> pulsing = new HashSet<>();

  /**
   * @param named those of the connection string
   */
  ServerAddresses(List<ConnectionString.Address> named, LongSupplier nanos) {
    this.named = List.copyOf(named);
    this.nanos = nanos;
  }

  /** Every address known, in the order in which they are to be tried. */
  synchronized List<ConnectionString.Address> inOrder() {
    Set<ConnectionString.Address> order = new LinkedHashSet<>(leader);
    List<ConnectionString.Address> others = new ArrayList<>(named);
    heard.stream().filter(one -> !named.contains(one)).forEach(others::add);
    int start = Math.max(0, others.indexOf(lastGood));
    if (lastGood != null) {
      order.add(lastGood);
    }
    for (int i = 0; i < others.size(); i++) {
      order.add(others.get((start + i) % others.size()));
    }
    List<ConnectionString.Address> all = new ArrayList<>();
    List<ConnectionString.Address> last = new ArrayList<>();
    order.forEach(one -> (isAvoided(one) ? last : all).add(one));
    long now = nanos.getAsLong();
    // When all have failed, whoever did so longest ago may be well again.
    last.sort(
        Comparator.comparingLong(one -> Objects.requireNonNull(avoided.get(one)).since() - now));
    all.addAll(last);
    return all;
  }

  private boolean isAvoided(ConnectionString.Address address) {
    Avoided one = avoided.get(address);
    return one != null && one.until() - nanos.getAsLong() > 0;
  }

  /** Whether there is another place to go when one fails. */
  synchronized boolean areSeveral() {
    return named.size() > 1 || heard.stream().anyMatch(one -> !named.contains(one));
  }

  /**
   * What an answer said of the leader.
   *
   * @return whether that was new
   */
  synchronized boolean leads(String text) {
    if (text.equals(leaderText) && !leader.isEmpty()) {
      return false;
    }
    List<ConnectionString.Address> before = leader;
    leaderText = text;
    List<ConnectionString.Address> said = parse(List.of(text.split(",", -1)));
    // Whoever leads is a server of the farm, also when it does not lead any more.
    remember(said);
    leader = said.stream().filter(one -> !isAvoided(one)).toList();
    return !leader.equals(before) && !leader.isEmpty();
  }

  /**
   * All servers of the farm that live, as one of them said; what is no address is passed over. One
   * that is not named any more may be back tomorrow.
   */
  synchronized void heard(List<String> texts) {
    remember(parse(texts));
  }

  private void remember(List<ConnectionString.Address> said) {
    if (!heard.containsAll(said)) {
      Set<ConnectionString.Address> all = new LinkedHashSet<>(said);
      all.addAll(heard);
      heard = all.stream().limit(MOST).toList();
    }
  }

  static List<ConnectionString.Address> parse(List<String> texts) {
    List<ConnectionString.Address> addresses = new ArrayList<>();
    for (String text : texts.subList(0, Math.min(MOST, texts.size()))) {
      try {
        addresses.add(ConnectionString.Address.parse(text.strip()));
      } catch (ConnectionStringException e) {
        // A newer server may say what this program does not know.
      }
    }
    return addresses;
  }

  /** Whether a connection to that address may carry a call: it may not when others lead. */
  synchronized boolean isRight(ConnectionString.Address address) {
    return leader.isEmpty() || leader.contains(address);
  }

  /** A server that keeps a sync back lets hear from it there. */
  synchronized void pulses(ConnectionString.Address address) {
    pulsing.add(address);
  }

  synchronized boolean isPulsing(ConnectionString.Address address) {
    return pulsing.contains(address);
  }

  synchronized void worked(ConnectionString.Address address) {
    lastGood = address;
    avoided.remove(address);
  }

  /** Nobody answered there, or somebody who fell silent or can do nothing at present. */
  synchronized void failed(ConnectionString.Address address) {
    Avoided before = avoided.get(address);
    int times = 0;
    if (before != null) {
      // Several calls that fail of the same cause are one failure.
      times = isAvoided(address) ? before.times() : Math.min(MOST_DOUBLINGS, before.times() + 1);
    }
    long now = nanos.getAsLong();
    avoided.put(address, new Avoided(now, now + (FIRST_AVOID << times), times));
    if (leader.contains(address)) {
      leader = leader.stream().filter(one -> !one.equals(address)).toList();
    }
    if (address.equals(lastGood)) {
      lastGood = null;
    }
  }
}

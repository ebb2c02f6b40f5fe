package blenderer.core;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What admins have said of people and projects, by name: {@code share.person.ann} is a weight,
 * {@code slots.project.film} the most slots at once; and how many slots each has now.
 *
 * <p>A lease counts as a slot from its grant on. Whoever has such a limit gets nothing to prepare,
 * so that what counts is what runs; what is late counts no more.
 */
public final class Caps {

  /** The highest priority that artists may give. */
  public static final String ARTIST_PRIORITY = "priority.artist";

  /** From which priority on jobs get slots at the next border between two tasks. */
  public static final String PREEMPTING_PRIORITY = "priority.preempt";

  public static final String PERSON_SHARE = "share.person.";
  public static final String PROJECT_SHARE = "share.project.";
  public static final String PERSON_SLOTS = "slots.person.";
  public static final String PROJECT_SLOTS = "slots.project.";

  private final Map<String, BigDecimal> rules = new TreeMap<>();
  private final Map<String, Integer> held = new HashMap<>();

  Caps() {}

  /** Whether a farm-wide limit of that name is a rule, not an amount that steps ask for. */
  public static boolean isRule(String name) {
    return name.equals(ARTIST_PRIORITY)
        || name.equals(PREEMPTING_PRIORITY)
        || name.startsWith(PERSON_SHARE)
        || name.startsWith(PROJECT_SHARE)
        || name.startsWith(PERSON_SLOTS)
        || name.startsWith(PROJECT_SLOTS);
  }

  /** Returns whether there was such a rule, or is now. */
  boolean set(String name, @Nullable BigDecimal value, Shares shares) {
    boolean known = value != null || rules.containsKey(name);
    if (value == null) {
      rules.remove(name);
    } else {
      rules.put(name, value);
    }
    Double weight = value == null ? null : Double.valueOf(value.doubleValue());
    if (name.startsWith(PERSON_SHARE)) {
      shares.personWeight(name.substring(PERSON_SHARE.length()), weight);
    } else if (name.startsWith(PROJECT_SHARE)) {
      shares.projectWeight(name.substring(PROJECT_SHARE.length()), weight);
    }
    return known;
  }

  /** The most slots of a project or, in all projects together, of a person; null: any number. */
  @Nullable BigDecimal most(Account account) {
    return rules.isEmpty() ? null : rules.get(account.slotsKey);
  }

  /** How many slots the project, or the person in all projects together, has now. */
  int held(Account account) {
    return held.getOrDefault(account.slotsKey, 0);
  }

  /** Whether work of that priority lets running leases of lower ones end early. */
  boolean preempts(int priority) {
    BigDecimal least = rules.isEmpty() ? null : rules.get(PREEMPTING_PRIORITY);
    return least != null && BigDecimal.valueOf(priority).compareTo(least) >= 0;
  }

  /** Whether there is such a priority at all. */
  boolean anyPreempts() {
    return !rules.isEmpty() && rules.containsKey(PREEMPTING_PRIORITY);
  }

  boolean isFull(Account account) {
    BigDecimal most = most(account);
    return most != null && BigDecimal.valueOf(held(account)).compareTo(most) >= 0;
  }

  /** A lease of the person begins or ends. */
  void count(Account person, int more) {
    held.merge(person.slotsKey, more, Caps::sum);
    held.merge(Shares.projectOf(person).slotsKey, more, Caps::sum);
  }

  private static @Nullable Integer sum(int before, int more) {
    return before + more == 0 ? null : Integer.valueOf(before + more);
  }
}

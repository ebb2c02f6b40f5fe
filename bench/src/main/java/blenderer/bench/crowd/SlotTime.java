package blenderer.bench.crowd;

import java.util.ArrayList;
import java.util.List;

/** When slots worked for whom, by {@link System#nanoTime}. Safe for many threads. */
final class SlotTime {

  private record Work(String person, long from, long to) {}

  private final List<Work> all = new ArrayList<>();

  synchronized void add(String person, long from, long to) {
    all.add(new Work(person, from, to));
  }

  /** What a person had between two instants, in nanoseconds of a slot. */
  synchronized long had(String person, long from, long to) {
    long sum = 0;
    for (Work work : all) {
      if (work.person().equals(person)) {
        sum += Math.max(0, Math.min(to, work.to()) - Math.max(from, work.from()));
      }
    }
    return sum;
  }

  /** By how much more the one had who had more, as a part of what the other had. */
  double difference(String one, String other, long from, long to) {
    long first = had(one, from, to);
    long second = had(other, from, to);
    return Math.min(first, second) == 0
        ? Double.POSITIVE_INFINITY
        : (double) Math.max(first, second) / Math.min(first, second) - 1;
  }
}

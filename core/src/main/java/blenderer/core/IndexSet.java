package blenderer.core;

import blenderer.model.IndexRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A mutable set of task indexes kept as runs: cost grows with the number of runs, not of tasks. */
final class IndexSet {

  private final TreeMap<Integer, Integer> lastByFirst = new TreeMap<>();
  private int size = 0;

  IndexSet() {}

  IndexSet(IndexRanges ranges) {
    addAll(ranges);
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean contains(int index) {
    Map.Entry<Integer, Integer> run = lastByFirst.floorEntry(index);
    return run != null && run.getValue() >= index;
  }

  /** The smallest index; the set must not be empty. */
  int first() {
    return lastByFirst.firstKey();
  }

  /** The last index of the run without gaps that begins at or holds {@code index}, a member. */
  int runEnd(int index) {
    return lastByFirst.floorEntry(index).getValue();
  }

  boolean add(int index) {
    if (contains(index)) {
      return false;
    }
    addRun(index, index);
    return true;
  }

  void addAll(IndexRanges ranges) {
    for (IndexRanges.Run run : ranges.runs()) {
      addRun(run.first(), run.last());
    }
  }

  private void addRun(int from, int to) {
    int first = from;
    int last = to;
    Map.Entry<Integer, Integer> before = lastByFirst.floorEntry(first);
    if (before != null && before.getValue() >= first - 1) {
      first = before.getKey();
      last = Math.max(last, before.getValue());
      forget(before);
    }
    for (Map.Entry<Integer, Integer> next = lastByFirst.ceilingEntry(first);
        next != null && next.getKey() <= last + 1;
        next = lastByFirst.ceilingEntry(first)) {
      last = Math.max(last, next.getValue());
      forget(next);
    }
    lastByFirst.put(first, last);
    size += last - first + 1;
  }

  private void forget(Map.Entry<Integer, Integer> run) {
    lastByFirst.remove(run.getKey());
    size -= run.getValue() - run.getKey() + 1;
  }

  boolean remove(int index) {
    Map.Entry<Integer, Integer> run = lastByFirst.floorEntry(index);
    if (run == null || run.getValue() < index) {
      return false;
    }
    int first = run.getKey();
    int last = run.getValue();
    lastByFirst.remove(first);
    if (first < index) {
      lastByFirst.put(first, index - 1);
    }
    if (index < last) {
      lastByFirst.put(index + 1, last);
    }
    size--;
    return true;
  }

  void removeAll(IndexRanges ranges) {
    for (IndexRanges.Run run : ranges.runs()) {
      for (int index = run.first(); index <= run.last(); ) {
        Map.Entry<Integer, Integer> hit = lastByFirst.floorEntry(index);
        if (hit == null || hit.getValue() < index) {
          Integer next = lastByFirst.higherKey(index);
          if (next == null || next > run.last()) {
            break;
          }
          index = next;
          continue;
        }
        int first = hit.getKey();
        int last = hit.getValue();
        int cut = Math.min(last, run.last());
        lastByFirst.remove(first);
        if (first < index) {
          lastByFirst.put(first, index - 1);
        }
        if (cut < last) {
          lastByFirst.put(cut + 1, last);
        }
        size -= cut - index + 1;
        index = cut + 1;
      }
    }
  }

  void clear() {
    lastByFirst.clear();
    size = 0;
  }

  IndexRanges toRanges() {
    List<IndexRanges.Run> runs = new ArrayList<>(lastByFirst.size());
    lastByFirst.forEach((first, last) -> runs.add(new IndexRanges.Run(first, last)));
    return IndexRanges.ofSorted(runs);
  }

  @Override
  public String toString() {
    return toRanges().toString();
  }
}

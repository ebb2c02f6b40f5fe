package blenderer.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a lease has the right to, ascending. Most leases have one, so it is kept small.
 */
final class Rights implements Iterable<TaskEntry> {

  private @Nullable TaskEntry[] tasks;
  private int size = 0;

  /**
   * @param most how many tasks there will be at most
   */
  Rights(int most) {
    tasks = new TaskEntry[most];
  }

  private TaskEntry at(int place) {
    TaskEntry task = place < size ? tasks[place] : null;
    if (task == null) {
      throw new NoSuchElementException("there are " + size + " tasks, not " + (place + 1));
    }
    return task;
  }

  /** Where the task is, or, if it is not there, {@code -1 - } where it belongs. */
  private int find(int index) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int at = at(middle).index;
      if (at < index) {
        low = middle + 1;
      } else if (at > index) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return -1 - low;
  }

  @Nullable TaskEntry get(int index) {
    int at = find(index);
    return at < 0 ? null : tasks[at];
  }

  void add(TaskEntry task) {
    int at = find(task.index);
    if (at >= 0) {
      tasks[at] = task;
      return;
    }
    int place = -1 - at;
    if (size == tasks.length) {
      tasks = Arrays.copyOf(tasks, size + 1);
    }
    System.arraycopy(tasks, place, tasks, place + 1, size - place);
    tasks[place] = task;
    size++;
  }

  void remove(TaskEntry task) {
    int at = find(task.index);
    if (at >= 0) {
      size--;
      System.arraycopy(tasks, at + 1, tasks, at, size - at);
      tasks[size] = null;
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  int first() {
    return at(0).index;
  }

  int last() {
    return at(size - 1).index;
  }

  /** Those of now, whatever becomes of them. */
  List<TaskEntry> copy() {
    List<TaskEntry> all = new ArrayList<>(size);
    forEach(all::add);
    return all;
  }

  @Override
  public Iterator<TaskEntry> iterator() {
    return new Iterator<>() {
      private int next = 0;

      @Override
      public boolean hasNext() {
        return next < size;
      }

      @Override
      public TaskEntry next() {
        return at(next++);
      }
    };
  }
}

package blenderer.openjd.expr;

import blenderer.openjd.expr.Regex.Edge;
import blenderer.openjd.expr.Regex.Instruction;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows all ways through a regular expression at once, letter by letter (after Pike), so that no
 * pattern makes it try again and again. Among the matches that start first it finds the one that
 * Python would.
 */
final class RegexMatcher {

  /** So many steps count as one operation. */
  private static final int STEPS = 4;

  /** Ways that are alive, the preferred first, each with what it has saved. */
  private static final class Ways {
    private final int[] places;
    private final int[][] saved;
    private final int[] lastSeen;
    private int count;

    Ways(int size) {
      places = new int[size];
      saved = new int[size][];
      lastSeen = new int[size];
      Arrays.fill(lastSeen, -1);
    }
  }

  private final Run run;
  private final Regex regex;
  private final Instruction[] program;
  private final int[] text;

  // Explicit stacks: a program may be deeper than Java's.
  private final int[] pendingPlaces;
  private final int[][] pendingSaved;
  private Ways now;
  private Ways next;
  private int steps;
  private int generation;

  RegexMatcher(Run run, Regex regex, String text) {
    this.run = run;
    this.regex = regex;
    program = regex.program().toArray(Instruction[]::new);
    run.reserve(4L * text.length() + program.length * 64L);
    this.text = text.codePoints().toArray();
    pendingPlaces = new int[2 * program.length + 2];
    pendingSaved = new int[2 * program.length + 2][];
    now = new Ways(program.length);
    next = new Ways(program.length);
  }

  int length() {
    return text.length;
  }

  String part(int start, int end) {
    return start < 0 || end < 0 ? "" : new String(text, start, end - start);
  }

  /**
   * Finds a match.
   *
   * @param anchored whether it must start at {@code from}
   * @return where the whole and each group start and end (-1: took no part); null: there is none
   */
  int @Nullable [] find(int from, boolean anchored) {
    int[] found = null;
    now.count = 0;
    generation++;
    for (int at = from; at <= text.length; at++) {
      if (found == null && (!anchored || at == from)) {
        int[] nothing = new int[2 * regex.groups() + 2];
        Arrays.fill(nothing, -1);
        add(now, 0, at, nothing);
      }
      if (now.count == 0) {
        break;
      }
      generation++;
      next.count = 0;
      int letter = at < text.length ? text[at] : -1;
      for (int i = 0; i < now.count; i++) {
        step(1);
        Instruction instruction = program[now.places[i]];
        if (instruction instanceof Instruction.Done) {
          found = now.saved[i];
          // What comes after it is liked less.
          break;
        }
        if (letter >= 0
            && instruction instanceof Instruction.Take take
            && take.letter().test(letter)) {
          add(next, now.places[i] + 1, at + 1, now.saved[i]);
        }
      }
      Ways swapped = now;
      now = next;
      next = swapped;
    }
    return found;
  }

  private void step(int count) {
    steps += count;
    if (steps >= STEPS) {
      run.step(steps / STEPS);
      steps %= STEPS;
    }
  }

  /** Follows everything that takes no letter. */
  private void add(Ways ways, int start, int at, int[] saved) {
    int pending = 0;
    pendingPlaces[pending] = start;
    pendingSaved[pending++] = saved;
    while (pending > 0) {
      int place = pendingPlaces[--pending];
      int[] slots = pendingSaved[pending];
      if (ways.lastSeen[place] == generation) {
        continue;
      }
      ways.lastSeen[place] = generation;
      step(1);
      switch (program[place]) {
        case Instruction.Jump(int to) -> {
          pendingPlaces[pending] = to;
          pendingSaved[pending++] = slots;
        }
        case Instruction.Fork(int first, int second) -> {
          pendingPlaces[pending] = second;
          pendingSaved[pending++] = slots;
          pendingPlaces[pending] = first;
          pendingSaved[pending++] = slots;
        }
        case Instruction.Save(int slot) -> {
          step(slots.length);
          int[] copy = slots.clone();
          copy[slot] = at;
          pendingPlaces[pending] = place + 1;
          pendingSaved[pending++] = copy;
        }
        case Instruction.Require(Edge edge) -> {
          if (holds(edge, at)) {
            pendingPlaces[pending] = place + 1;
            pendingSaved[pending++] = slots;
          }
        }
        case Instruction.Take _, Instruction.Done _ -> {
          ways.places[ways.count] = place;
          ways.saved[ways.count++] = slots;
        }
      }
    }
  }

  private boolean holds(Edge edge, int at) {
    return switch (edge) {
      case START -> at == 0;
      case END -> at == text.length;
      case LINE_START -> at == 0 || text[at - 1] == '\n';
      case LINE_END -> at == text.length || text[at] == '\n';
      case WORD -> isWordAt(at - 1) != isWordAt(at);
      case NO_WORD -> isWordAt(at - 1) == isWordAt(at);
    };
  }

  private boolean isWordAt(int at) {
    return at >= 0 && at < text.length && RegexLetters.isWord(text[at]);
  }

  /** The texts of the whole and the groups. */
  List<String> parts(int[] match) {
    String[] parts = new String[match.length / 2];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = part(match[2 * i], match[2 * i + 1]);
    }
    return List.of(parts);
  }
}

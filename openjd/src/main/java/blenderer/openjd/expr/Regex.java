package blenderer.openjd.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A regular expression as a list of instructions for {@link RegexMatcher}, which needs time linear
 * in the text. Compiled by {@link RegexReader}.
 *
 * @param groups how many groups it captures, besides the whole
 */
record Regex(List<Instruction> program, int groups) {

  /** More would make a step of matching too slow. */
  static final int MOST_INSTRUCTIONS = 10_000;

  static final int MOST_GROUPS = 100;

  /** What a position between letters must be. */
  enum Edge {
    START,
    END,
    LINE_START,
    LINE_END,
    WORD,
    NO_WORD
  }

  /** One step of matching. */
  sealed interface Instruction {
    /** Takes a letter. */
    record Take(IntPredicate letter) implements Instruction {}

    /** Goes on at both places, rather at the first. */
    record Fork(int first, int second) implements Instruction {}

    record Jump(int to) implements Instruction {}

    /** Notes the position. */
    record Save(int slot) implements Instruction {}

    record Require(Edge edge) implements Instruction {}

    record Done() implements Instruction {}
  }

  /** A part of a regular expression. */
  sealed interface Piece {
    record Letter(IntPredicate test) implements Piece {}

    record At(Edge edge) implements Piece {}

    record Sequence(List<Piece> pieces) implements Piece {}

    record Choice(List<Piece> pieces) implements Piece {}

    /**
     * @param most -1: any number
     */
    record Repeat(Piece piece, int least, int most, boolean greedy) implements Piece {}

    record Group(int index, Piece piece) implements Piece {}
  }

  /**
   * Makes instructions.
   *
   * @throws IllegalArgumentException when there are too many
   */
  static Regex compile(Piece piece, int groups) {
    List<Instruction> program = new ArrayList<>();
    emit(new Piece.Group(0, piece), program);
    program.add(new Instruction.Done());
    return new Regex(List.copyOf(program), groups);
  }

  private static void emit(Piece piece, List<Instruction> program) {
    if (program.size() > MOST_INSTRUCTIONS) {
      throw new IllegalArgumentException(
          "the regular expression is too large; repeat less in braces");
    }
    switch (piece) {
      case Piece.Letter(IntPredicate test) -> program.add(new Instruction.Take(test));
      case Piece.At(Edge edge) -> program.add(new Instruction.Require(edge));
      case Piece.Sequence(var pieces) -> pieces.forEach(one -> emit(one, program));
      case Piece.Choice(var pieces) -> choice(pieces, program);
      case Piece.Repeat repeat -> repeat(repeat, program);
      case Piece.Group(int index, Piece inner) -> {
        program.add(new Instruction.Save(2 * index));
        emit(inner, program);
        program.add(new Instruction.Save(2 * index + 1));
      }
    }
  }

  private static void choice(List<Piece> pieces, List<Instruction> program) {
    List<Integer> jumps = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      boolean last = i == pieces.size() - 1;
      int fork = program.size();
      if (!last) {
        program.add(new Instruction.Jump(0));
      }
      emit(pieces.get(i), program);
      if (!last) {
        jumps.add(program.size());
        program.add(new Instruction.Jump(0));
        program.set(fork, new Instruction.Fork(fork + 1, program.size()));
      }
    }
    jumps.forEach(jump -> program.set(jump, new Instruction.Jump(program.size())));
  }

  private static void repeat(Piece.Repeat repeat, List<Instruction> program) {
    for (int i = 0; i < repeat.least(); i++) {
      emit(repeat.piece(), program);
    }
    if (repeat.most() < 0) {
      int fork = program.size();
      program.add(new Instruction.Jump(0));
      emit(repeat.piece(), program);
      program.add(new Instruction.Jump(fork));
      program.set(fork, fork(repeat.greedy(), fork + 1, program.size()));
      return;
    }
    List<Integer> forks = new ArrayList<>();
    for (int i = repeat.least(); i < repeat.most(); i++) {
      forks.add(program.size());
      program.add(new Instruction.Jump(0));
      emit(repeat.piece(), program);
    }
    forks.forEach(fork -> program.set(fork, fork(repeat.greedy(), fork + 1, program.size())));
  }

  private static Instruction fork(boolean greedy, int in, int out) {
    return greedy ? new Instruction.Fork(in, out) : new Instruction.Fork(out, in);
  }
}

package blenderer.cli;

/** A command cannot go on for a reason that a person can mend. */
final class CommandFailure extends RuntimeException {

  final int exit;
  final String code;
  final String next;

  CommandFailure(int exit, String code, String sentence, String next) {
    super(sentence);
    this.exit = exit;
    this.code = code;
    this.next = next;
  }

  static CommandFailure wrongUse(String sentence, String next) {
    return new CommandFailure(ExitCode.WRONG_USE, "wrong-use", sentence, next);
  }
}

package blenderer.node.session;

import blenderer.openjd.Directive;
import blenderer.openjd.OutputDirectives;
import org.jspecify.annotations.Nullable;

/** Reads the lines that a session's actions print: hides secrets, obeys directives. */
final class Hearing {

  private final Variables variables;
  private final boolean redactedVariables;
  private final Redaction redaction = new Redaction();

  /** The action that prints now, for the reading thread. */
  private volatile @Nullable Heard heard;

  /**
   * @param redactedVariables whether a redacted variable is set; hidden it is in any case
   */
  Hearing(Variables variables, boolean redactedVariables) {
    this.variables = variables;
    this.redactedVariables = redactedVariables;
  }

  /** What one action has said of itself. Written by the reading thread, read after a drain. */
  static final class Heard {
    private final SessionListener listener;
    private final boolean mayChange;
    private volatile @Nullable String fail;
    private volatile @Nullable String malformed;
    private volatile @Nullable RuntimeException broken;

    Heard(SessionListener listener, boolean mayChange) {
      this.listener = listener;
      this.mayChange = mayChange;
    }

    /** Why it said that it failed. */
    @Nullable String fail() {
      return fail;
    }

    /** What it said that nobody may overlook and nobody understands. */
    @Nullable String malformed() {
      return malformed;
    }

    void throwIfBroken() {
      RuntimeException thrown = broken;
      if (thrown != null) {
        throw thrown;
      }
    }
  }

  /**
   * From now on lines are of a new action.
   *
   * @param mayChange whether it may change variables
   */
  Heard begin(SessionListener listener, boolean mayChange) {
    Heard now = new Heard(listener, mayChange);
    heard = now;
    return now;
  }

  /** From now on lines are nobody's. */
  void end() {
    heard = null;
  }

  Redaction redaction() {
    return redaction;
  }

  /**
   * Takes a line.
   *
   * @param whole false for all pieces of a long line but its first
   */
  void line(String line, boolean whole) {
    Heard now = heard;
    Directive directive = whole ? OutputDirectives.parse(line).orElse(null) : null;
    if (directive instanceof Directive.SetVariable(String _, String value, boolean hide) && hide) {
      redaction.hide(value);
    }
    String shown = whole ? redaction.line(line) : redaction.apply(line);
    if (now == null || now.broken != null) {
      return;
    }
    try {
      now.listener.line(shown);
      if (directive != null && !isHiddenOnly(directive, line)) {
        obey(directive, now);
      }
    } catch (RuntimeException e) {
      now.broken = e;
    }
  }

  /**
   * Where redacted variables are set, a malformed one sets none and is hidden all the same: both
   * reference implementations go on there, and templates rely on it.
   */
  private boolean isHiddenOnly(Directive directive, String line) {
    return redactedVariables
        && directive instanceof Directive.Malformed
        && line.startsWith("openjd_redacted_env: ");
  }

  private void obey(Directive directive, Heard now) {
    switch (directive) {
      case Directive.SetVariable(String name, String value, boolean hide) -> {
        if (now.mayChange && (redactedVariables || !hide)) {
          variables.set(name, value);
        }
      }
      case Directive.UnsetVariable(String name) -> {
        if (now.mayChange) {
          variables.unset(name);
        }
      }
      case Directive.Fail(String message) -> now.fail = message;
      case Directive.Malformed(String message, boolean failsAction) -> {
        if (failsAction && now.malformed == null) {
          now.malformed = message;
        }
      }
      case Directive.Status(String message) ->
          now.listener.told(new Directive.Status(redaction.apply(message)));
      case Directive.Progress progress -> now.listener.told(progress);
      case Directive.Done done -> now.listener.told(done);
      case Directive.Frame frame -> now.listener.told(frame);
      case Directive.Look look -> now.listener.told(look);
    }
  }
}

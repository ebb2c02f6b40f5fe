package blenderer.api;

import java.time.Duration;

/**
 * How a node notices within seconds that a server is gone without a word, although its sync may be
 * kept for much longer: whoever asks for pulses gets the beginning of the answer early, and a blank
 * every few seconds until the rest is known.
 */
public final class Pulse {

  /** A request with this header understands pulses; an answer with it has them. */
  public static final String HEADER = "Blenderer-Pulse";

  /** The value of {@link #HEADER}. */
  public static final String YES = "yes";

  /** How long a sync is kept before its answer begins, and the longest time from blank to blank. */
  public static final Duration EVERY = Duration.ofMillis(1_500);

  /**
   * Who says nothing for so long is taken for gone: two blanks and a second. That is longer than a
   * silent leader's lock lasts, so that there is another one to go to, and short enough for nodes
   * to have work again within five seconds.
   */
  public static final Duration SILENCE = EVERY.multipliedBy(2).plusSeconds(1);

  private Pulse() {}
}

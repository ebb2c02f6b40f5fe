package blenderer.openjd;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Something that an action told its session by printing a line (§7). */
public sealed interface Directive {

  /**
   * How far the action is.
   *
   * @param percent from 0 to 100; what an action prints beyond is clamped
   */
  record Progress(double percent) implements Directive {}

  /** What the action is doing. */
  record Status(String message) implements Directive {}

  /** Why the action is about to fail. */
  record Fail(String message) implements Directive {}

  /**
   * A variable for everything that runs until this environment has ended; only from {@code
   * onEnter}.
   *
   * @param redacted whether the value must be hidden in this line and all later ones
   */
  record SetVariable(String name, String value, boolean redacted) implements Directive {}

  /** A variable to take away until this environment has ended; only from {@code onEnter}. */
  record UnsetVariable(String name) implements Directive {}

  /**
   * One task of a chunk is ready to be checked and committed; our own.
   *
   * @param item the task's number of the CHUNK[INT] parameter
   * @param files relative to the session's output folder; not checked yet and not to be trusted
   */
  record Done(long item, List<String> files) implements Directive {
    public Done {
      files = List.copyOf(files);
    }
  }

  /**
   * How far one task of a chunk is; our own.
   *
   * @param item the task's number of the CHUNK[INT] parameter
   * @param percent from 0 to 100
   * @param remainingSeconds empty: not known
   * @param memoryMb what the renderer uses, in MB
   */
  record Frame(long item, double percent, OptionalDouble remainingSeconds, long memoryMb)
      implements Directive {}

  /**
   * What the renderer itself knows of one task of a chunk whose files are ready; our own. Comes
   * before its {@link Done}. What it names is not checked yet and not to be trusted.
   *
   * @param item the task's number of the CHUNK[INT] parameter
   * @param image which of the task's files is the picture, relative to the output folder
   * @param shown a file that shows the picture as a person would see it, relative to the session's
   *     folder; it is no result
   * @param device what it was computed on
   * @param program the exact version of what computed it
   * @param textures {@code read}: no image that it may show is missing
   */
  record Look(
      long item,
      Optional<String> image,
      Optional<String> shown,
      Optional<String> device,
      Optional<String> program,
      Optional<String> textures)
      implements Directive {}

  /**
   * A directive that cannot be understood.
   *
   * @param message a plain sentence
   * @param failsAction whether to go on would be wrong: a variable that is not set, a result that
   *     is not committed. Others are ignored.
   */
  record Malformed(String message, boolean failsAction) implements Directive {}
}

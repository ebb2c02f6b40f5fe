package blenderer.cli;

import blenderer.preflight.Trap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Options of {@code submit} about what is looked at before a job is made. */
final class CheckOptions {

  /** What {@code --allow-missing} waves through. */
  private static final List<Trap> MISSING =
      List.of(Trap.MISSING_FILES, Trap.EMPTY_FILES, Trap.UNSUPPORTED_FILES);

  @Option(
      names = "--check",
      order = 50,
      description =
          "Only look at the .blend and at the farm, and say what would go wrong. Sends nothing;"
              + " exit code 1 if something blocks.")
  boolean only;

  @Option(
      names = "--allow",
      paramLabel = "CODE",
      order = 51,
      description =
          "Make the job although preflight blocks it with this code, such as denoiser-missing; may"
              + " be repeated.")
  List<String> allow = new ArrayList<>();

  @Option(
      names = "--trace-on-farm",
      order = 52,
      description =
          "Let a node look into the .blend, as happens by itself where there is no Blender.")
  boolean onFarm;

  /**
   * The codes that do not block.
   *
   * @throws CommandFailure for a code that there is not, or that nobody may wave through
   */
  Set<String> allowed(boolean allowMissing) {
    Set<String> codes = new LinkedHashSet<>();
    for (String code : allow) {
      if (Trap.ofCode(code).filter(Trap::allowable).isEmpty()) {
        throw CommandFailure.wrongUse(
            "'" + code + "' is no code that can be allowed.",
            "Those are: "
                + Arrays.stream(Trap.values())
                    .filter(trap -> trap.allowable() && trap.blocks())
                    .map(Trap::code)
                    .collect(Collectors.joining(", "))
                + ".");
      }
      codes.add(code);
    }
    if (allowMissing) {
      MISSING.forEach(trap -> codes.add(trap.code()));
    }
    return codes;
  }

  /** Whether files may be missing when the scene is rendered. */
  boolean letsMiss(boolean allowMissing) {
    Set<String> codes = allowed(allowMissing);
    return MISSING.stream().anyMatch(trap -> codes.contains(trap.code()));
  }

  /** Whether there is any; other renderers know none of them. */
  boolean any() {
    return only || onFarm || !allow.isEmpty();
  }
}

package blenderer.submit.blender;

import blenderer.submit.SubmitException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the submitter's own Blender. */
public final class BlenderProgram {

  private static final String NEXT =
      "Install Blender, or name it with --blender PATH or BLENDERER_BLENDER.";

  private BlenderProgram() {}

  /**
   * The program: the one that was asked for, else {@code BLENDERER_BLENDER}, else the first on the
   * {@code PATH}.
   *
   * @param asked a program or a folder that holds one; null: none was asked for
   * @throws SubmitException {@code no-blender}
   */
  public static Path find(@Nullable String asked, Map<String, String> environment) {
    return search(asked, environment)
        .orElseThrow(
            () ->
                new SubmitException(
                    "no-blender",
                    "There is no Blender on this computer's PATH to read the scene with.",
                    NEXT));
  }

  /**
   * As {@link #find}; empty when nobody named one and there is none on the {@code PATH}.
   *
   * @throws SubmitException {@code no-blender} when what was named is none
   */
  public static Optional<Path> search(@Nullable String asked, Map<String, String> environment) {
    if (asked != null && !asked.isEmpty()) {
      return Optional.of(named(asked, ""));
    }
    String variable = environment.get("BLENDERER_BLENDER");
    if (variable != null && !variable.isEmpty()) {
      return Optional.of(named(variable, " of BLENDERER_BLENDER"));
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path found = program(folder.isEmpty() ? "." : folder);
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private static Path named(String name, String origin) {
    try {
      Path path = Path.of(name);
      if (Files.isRegularFile(path) && Files.isExecutable(path)) {
        return path.toAbsolutePath();
      }
      Path inside = program(name);
      if (inside != null) {
        return inside;
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw new SubmitException("no-blender", "'" + name + "'" + origin + " is no Blender.", NEXT);
  }

  private static @Nullable Path program(String folder) {
    for (String name : new String[] {"blender", "blender.exe"}) {
      Path program = Path.of(folder, name);
      if (Files.isRegularFile(program) && Files.isExecutable(program)) {
        return program.toAbsolutePath();
      }
    }
    return null;
  }
}

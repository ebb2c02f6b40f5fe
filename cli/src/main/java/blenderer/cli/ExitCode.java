package blenderer.cli;

import blenderer.api.ApiException;
import blenderer.api.ConnectionStringException;
import blenderer.api.FarmException;
import blenderer.api.LocalFileException;
import blenderer.api.UnreachableException;
import blenderer.submit.SubmitException;

/** What the exit code tells a script. Stable. */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int WRONG_USE = 2;
  public static final int NOT_REACHED = 3;

  private ExitCode() {}

  static int of(FarmException e) {
    return switch (e) {
      case UnreachableException _ -> NOT_REACHED;
      case ConnectionStringException _ -> WRONG_USE;
      case LocalFileException _ -> FAILED;
      case ApiException answer ->
          answer.status() == 401 || answer.status() == 403 ? NOT_REACHED : FAILED;
    };
  }

  static int of(SubmitException e) {
    return switch (e.code()) {
      case "bad-frames",
          "scene-not-found",
          "no-such-scene",
          "no-such-camera",
          "no-such-view-layer",
          "bad-override",
          "no-blender",
          "no-template",
          "template-invalid",
          "parameters-invalid",
          "bundle-invalid" ->
          WRONG_USE;
      default -> FAILED;
    };
  }
}

package blenderer.api;

import blenderer.preflight.Finding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scenes that a page submits: it has the files, a node looks into the scene, and the server works
 * out what a job of it needs.
 */
public final class Scenes {

  private Scenes() {}

  /**
   * A file that was dropped.
   *
   * @param path with {@code /}, below what was dropped; or as the scene has it, if it lies
   *     elsewhere
   * @param digest once it is in the content store
   */
  public record File(String path, long size, @Nullable String digest) {}

  /**
   * {@code POST /v1/scenes/trace}.
   *
   * @param scene the path of the .blend
   * @param files all that was dropped
   * @param frames for which to find out what they need; null: the scene's own
   * @param overrides what will be otherwise than it was saved, by the template's parameters
   */
  public record Trace(
      String scene,
      List<File> files,
      String project,
      @Nullable String frames,
      @Nullable Map<String, String> overrides) {}

  /**
   * {@code POST /v1/scenes/plan}.
   *
   * @param trace the id of the job that traced the scene
   */
  public record Plan(
      String trace,
      String scene,
      List<File> files,
      @Nullable String frames,
      @Nullable Map<String, String> overrides) {}

  /**
   * {@code POST /v1/scenes/submit}.
   *
   * @param files with the digests of all that the plan needs
   * @param allowMissing render although files are missing
   * @param allowScripts let scripts in the scene run
   * @param allow codes of preflight that shall not block
   * @param video the format of a video to be made of the frames; null: as the scene has it
   * @param blender which Blender, as {@code --blender-version} takes it
   */
  public record Submit(
      String trace,
      String scene,
      List<File> files,
      @Nullable String name,
      String project,
      int priority,
      @Nullable String frames,
      @Nullable Map<String, String> overrides,
      @Nullable Boolean allowMissing,
      @Nullable Boolean allowScripts,
      @Nullable List<String> allow,
      @Nullable String video,
      @Nullable String blender,
      Jobs.@Nullable Terms terms,
      @Nullable String probe) {}

  /** A file that the scene needs and that was not dropped. */
  public record Lacking(String path, String kind, String user) {}

  /** What the scene is. */
  public record Facts(
      String name,
      String frames,
      int width,
      int height,
      double fps,
      @Nullable String engine,
      @Nullable String camera,
      @Nullable String format,
      @Nullable String movie,
      List<String> scenes) {}

  /**
   * What came of a trace.
   *
   * @param again libraries that were dropped: send them, and trace once more
   * @param needed what a job needs, the scene first
   * @param missing what it would need, too
   */
  public record Planned(
      List<String> again,
      List<File> needed,
      List<Lacking> missing,
      List<Finding> findings,
      Facts facts) {}
}

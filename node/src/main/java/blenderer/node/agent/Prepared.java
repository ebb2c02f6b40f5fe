package blenderer.node.agent;

import blenderer.api.NodeSync;
import blenderer.model.Failure;
import blenderer.model.Manifest;
import blenderer.node.cache.BlobCache;
import blenderer.node.fetched.FarmRenderers;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.RendererKit;
import blenderer.openjd.Job;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of preparing a lease. */
sealed interface Prepared {

  /**
   * Everything is here.
   *
   * @param renderer null: the template starts its programs itself
   * @param files what was submitted with the job and is needed by the lease's tasks
   * @param all what was submitted with the job
   * @param made what earlier steps made, by the names they gave it
   * @param parameters by name, with defaults
   * @param held keeps a renderer from the farm here; null: it is this computer's own
   */
  record Ready(
      SessionKey key,
      RendererKit kit,
      @Nullable InstalledRenderer renderer,
      Job job,
      Job.Step step,
      Manifest files,
      Manifest all,
      Manifest made,
      Map<String, String> parameters,
      BlobCache.Pins pins,
      FarmRenderers.@Nullable Held held)
      implements Prepared {

    /** Lets go of the files and of a renderer from the farm. */
    void release() {
      pins.close();
      FarmRenderers.Held fetched = held;
      if (fetched != null) {
        fetched.close();
      }
    }

    /** What rendered, for people; null: nobody knows. */
    @Nullable String rendererLabel() {
      InstalledRenderer known = renderer;
      return known == null ? null : known.label();
    }

    /**
     * Whether the session must end with its lease: it holds something that the whole farm has only
     * so much of, or that its owner counts.
     */
    boolean holdsCounted() {
      return step.hostRequirements().amounts().stream()
          .anyMatch(amount -> !amount.name().startsWith("amount.worker."));
    }

    /** What a person calls a task, such as {@code frame 7}. */
    String nameOf(int index) {
      return step.tasks()
          .chunks()
          .map(
              chunks ->
                  chunks.parameter().toLowerCase(Locale.ROOT) + " " + step.tasks().item(index))
          .orElse("task " + index + " of " + step.name());
    }
  }

  /** It cannot be run here. */
  record Impossible(Failure failure) implements Prepared {}

  /** The disk is too full; it can be run when there is space again. */
  record NoSpace() implements Prepared {}

  /** The server took the lease back. */
  record Dropped() implements Prepared {}

  /** Leases that can share a session. */
  record SessionKey(
      String job,
      int step,
      String template,
      String manifest,
      Map<String, String> parameters,
      List<NodeSync.OutputFile> inputs,
      @Nullable InstalledRenderer renderer,
      List<String> environments,
      NodeSync.@Nullable Frames frames) {}
}

package blenderer.cli;

import blenderer.model.Requirement;
import blenderer.renderers.RendererInfo;
import blenderer.renderers.ShippedRenderers;
import blenderer.submit.bundle.BundleOrder;
import blenderer.submit.bundle.BundlePlan;
import blenderer.submit.bundle.BundleReader;
import blenderer.submit.bundle.JobBundle;
import blenderer.submit.bundle.RendererJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a bundle of whatever a person submits that is no .blend: a bundle's folder, a template, a
 * scene of another renderer, a command.
 *
 * @param options values that come from options of their own, such as {@code --frames}, by parameter
 * @param given values that come from {@code -p}; they win
 */
record BundleSources(
    @Nullable String name,
    String project,
    @Nullable Integer priority,
    boolean allowMissing,
    @Nullable String renderer,
    Map<String, String> options,
    Map<String, String> given) {

  private static final String COMMAND = "command";
  private static final int LONGEST_NAME = 60;

  /** What will be submitted. */
  record Chosen(BundlePlan plan) {}

  /** A command over a range of frames. */
  Chosen command() {
    ShippedRenderers shipped = ShippedRenderers.load();
    Path here = Path.of("").toAbsolutePath();
    byte[] template = shipped.template(COMMAND);
    String line = options.getOrDefault("Command", "").strip();
    String title = line.lines().findFirst().orElse(COMMAND);
    Map<String, String> values = new LinkedHashMap<>(options);
    return plan(
        JobBundle.of(here, "the template for commands", template),
        values,
        title.length() > LONGEST_NAME ? title.substring(0, LONGEST_NAME) + "…" : title,
        List.of(),
        Map.of(),
        List.of());
  }

  /** A file or folder. */
  Chosen file(Path named) {
    if (Files.isDirectory(named) || (renderer == null && BundleReader.isTemplate(named))) {
      if (renderer != null) {
        throw CommandFailure.wrongUse(
            "A job bundle has a template of its own.", "Leave --renderer out.");
      }
      JobBundle bundle = BundleReader.read(named);
      return plan(bundle, options, null, List.of(), Map.of(), List.of());
    }
    ShippedRenderers shipped = ShippedRenderers.load();
    RendererInfo info = info(named, shipped);
    byte[] template = shipped.template(info.name());
    boolean choosesFrames = options.containsKey("Frames") || given.containsKey("Frames");
    RendererJob job = RendererJob.of(info, template, named, allowMissing || choosesFrames);
    Map<String, String> values = new LinkedHashMap<>(job.values());
    values.putAll(options);
    return plan(
        job.bundle(),
        values,
        job.title(),
        job.requirements(),
        Map.of("source", named.toAbsolutePath().normalize().toString()),
        job.warnings());
  }

  private RendererInfo info(Path named, ShippedRenderers shipped) {
    if (renderer != null) {
      if (!shipped.names().contains(renderer) || shipped.info(renderer).scenes() == null) {
        throw CommandFailure.wrongUse(
            "There is no renderer '" + renderer + "' that takes a file.",
            "There are " + RendererJob.knownTypes(shipped) + ".");
      }
      RendererInfo info = shipped.info(renderer);
      if (info.scenes() != null && info.scenes().parameter().isEmpty()) {
        throw CommandFailure.wrongUse(
            "'" + named + "' is no scene for " + info.title() + ".",
            "There are " + RendererJob.knownTypes(shipped) + ".");
      }
      return info;
    }
    RendererInfo info = RendererJob.rendererFor(named, shipped);
    if (info == null) {
      throw CommandFailure.wrongUse(
          "No renderer takes a file such as '" + named + "'.",
          "There are "
              + RendererJob.knownTypes(shipped)
              + "; templates: .yaml .json; or name the folder of a job bundle.");
    }
    return info;
  }

  /**
   * Plans it.
   *
   * @param title the job's name if nobody gave one; null: the template says
   */
  private Chosen plan(
      JobBundle bundle,
      Map<String, String> values,
      @Nullable String title,
      List<Requirement> requirements,
      Map<String, String> settings,
      List<String> warnings) {
    String called = name == null ? title : name;
    Map<String, String> all = new LinkedHashMap<>(values);
    if (called != null
        && title != null
        && RendererJob.parameters(bundle.template()).contains("Name")) {
      all.put("Name", called);
    }
    all.putAll(given);
    BundlePlan plan =
        BundlePlan.of(
            new BundleOrder(
                bundle,
                all,
                Path.of("").toAbsolutePath(),
                called,
                project,
                priority,
                allowMissing,
                requirements,
                settings));
    List<String> said = new ArrayList<>(warnings);
    said.addAll(plan.warnings());
    return new Chosen(new BundlePlan(plan.cargo(), plan.paused(), List.copyOf(said)));
  }
}

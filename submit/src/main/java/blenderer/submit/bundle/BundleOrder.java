package blenderer.submit.bundle;

import blenderer.model.Requirement;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to make a job of, and what a person said about it.
 *
 * @param values for the template's parameters; they win over the bundle's
 * @param here what relative paths among {@code values} start from; absolute
 * @param name of the job; null: the template's own
 * @param priority null: the bundle's, or the usual one
 * @param allowMissing submit although files are missing
 * @param requirements the renderers that the job needs
 * @param settings what else shall be remembered with the job
 */
public record BundleOrder(
    JobBundle bundle,
    Map<String, String> values,
    Path here,
    @Nullable String name,
    String project,
    @Nullable Integer priority,
    boolean allowMissing,
    List<Requirement> requirements,
    Map<String, String> settings) {

  public BundleOrder {
    values = Map.copyOf(values);
    requirements = List.copyOf(requirements);
    settings = Map.copyOf(settings);
  }
}

package blenderer.submit.bundle;

import blenderer.api.Jobs;
import blenderer.api.Json;
import blenderer.model.Digest;
import blenderer.openjd.JobCreation;
import blenderer.openjd.JobTemplate;
import blenderer.openjd.ParameterDefinition;
import blenderer.openjd.ParameterType;
import blenderer.openjd.PathUse;
import blenderer.openjd.TemplateError;
import blenderer.openjd.Templates;
import blenderer.submit.FolderLayout;
import blenderer.submit.Submission;
import blenderer.submit.SubmitException;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bundle made ready: the template is checked, every file is found and has its place, and each
 * PATH value is what {@link blenderer.openjd.JobPaths} wants it to be. Nothing was sent yet.
 *
 * @param cargo what to submit
 * @param paused whether the job shall wait for a person
 * @param warnings what a person should know before it runs
 */
public record BundlePlan(Submission.Cargo cargo, boolean paused, List<String> warnings) {

  private static final int USUAL_PRIORITY = 50;
  private static final int MOST_LINES = 50;

  /**
   * Plans a submission.
   *
   * @throws SubmitException {@code template-invalid} and {@code parameters-invalid} with one line
   *     for each error, {@code missing-files} with one line for each file, {@code bundle-invalid}
   */
  public static BundlePlan of(BundleOrder order) {
    JobTemplate template = template(order.bundle());
    return new Planner(order, template).plan();
  }

  private static JobTemplate template(JobBundle bundle) {
    return switch (Templates.parseJob(bundle.template(), bundle.label())) {
      case Templates.Parsed parsed -> parsed.template();
      case Templates.Refused refused ->
          throw refused(
              "template-invalid", "'" + bundle.label() + "' cannot be used", refused.errors());
    };
  }

  private static SubmitException refused(String code, String what, List<TemplateError> errors) {
    return new SubmitException(
        code,
        what + ": " + errors.size() + (errors.size() == 1 ? " error." : " errors."),
        "Mend " + (errors.size() == 1 ? "it" : "them") + " and submit again.",
        errors.stream().limit(MOST_LINES).map(TemplateError::toString).toList(),
        null);
  }

  /** One plan under way. */
  private static final class Planner {
    private final BundleOrder order;
    private final JobBundle bundle;
    private final JobTemplate template;
    private final List<String> warnings;
    private final InputFiles inputs = new InputFiles();

    /** PATH parameters with a data flow, to where their values point on this computer. */
    private final Map<ParameterDefinition, List<Path>> paths = new LinkedHashMap<>();

    private final Map<String, String> values = new LinkedHashMap<>();

    Planner(BundleOrder order, JobTemplate template) {
      this.order = order;
      this.bundle = order.bundle();
      this.template = template;
      this.warnings = new ArrayList<>(bundle.notes());
    }

    BundlePlan plan() {
      ServiceKeys service = ServiceKeys.of(bundle.service());
      warnings.addAll(service.warnings());
      chooseValues();
      // Before any file is looked at: a value that does not do is the likelier mistake.
      check(values);
      findPaths();
      bundle.assets().files().forEach(file -> inputs.add(file, "asset_references"));
      bundle.assets().folders().forEach(folder -> inputs.add(folder, "asset_references"));
      complainAboutMissing();
      FolderLayout layout = new FolderLayout(bundle.folder(), inputs.folders(), inputs.files());
      rewrite(layout);
      check(values);
      Integer asked = order.priority() != null ? order.priority() : service.priority();
      int priority = asked == null ? USUAL_PRIORITY : asked;
      return new BundlePlan(
          new Submission.Cargo(
              layout.files(),
              Map.of(),
              bundle.template(),
              layout.renamed(),
              (digest, manifest) -> job(priority, digest, manifest)),
          service.paused(),
          List.copyOf(warnings));
    }

    private void chooseValues() {
      List<String> known = template.parameters().stream().map(ParameterDefinition::name).toList();
      bundle
          .values()
          .forEach(
              (name, value) -> {
                if (known.contains(name)) {
                  values.put(name, value);
                } else if (!order.values().containsKey(name)) {
                  warnings.add(
                      "The template has no parameter '"
                          + name
                          + "'; the value that the bundle gives it is left out.");
                }
              });
      values.putAll(order.values());
    }

    private void check(Map<String, String> chosen) {
      if (JobCreation.create(template, chosen) instanceof JobCreation.Refused refused) {
        throw refused(
            "parameters-invalid", "'" + bundle.label() + "' makes no job", refused.errors());
      }
    }

    private void findPaths() {
      for (ParameterDefinition parameter : template.parameters()) {
        PathUse use = parameter.path();
        String value = values.get(parameter.name());
        // A path that a person typed starts where they are; one of the bundle's in the bundle.
        Path from = order.values().containsKey(parameter.name()) ? order.here() : bundle.folder();
        if (value == null) {
          value = parameter.defaultValue();
        }
        if (use == null
            || use.dataFlow() == PathUse.DataFlow.NONE
            || value == null
            || value.isEmpty()) {
          continue;
        }
        List<Path> named = new ArrayList<>();
        for (String one : items(parameter, value)) {
          Path path = path(parameter, from, one);
          named.add(path);
          boolean mayBeNew =
              use.dataFlow() == PathUse.DataFlow.INOUT
                  && use.objectType() == PathUse.ObjectType.DIRECTORY
                  && !Files.exists(path);
          if (use.dataFlow().isRead() && !mayBeNew) {
            inputs.add(path, "parameter " + parameter.name());
          }
        }
        paths.put(parameter, named);
      }
    }

    /** The value, or the items of a list, which is JSON. */
    private static List<String> items(ParameterDefinition parameter, String value) {
      if (parameter.type() != ParameterType.LIST_PATH) {
        return List.of(value);
      }
      try {
        List<String> items = new ArrayList<>();
        Json.mapper().readTree(value).forEach(item -> items.add(item.asText()));
        return items;
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a value that was checked is a list", e);
      }
    }

    private static String joined(ParameterDefinition parameter, List<String> items) {
      if (parameter.type() != ParameterType.LIST_PATH) {
        return items.getFirst();
      }
      try {
        return Json.mapper().writeValueAsString(items);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("texts can be written as JSON", e);
      }
    }

    private static Path path(ParameterDefinition parameter, Path from, String value) {
      try {
        return from.resolve(value).normalize();
      } catch (InvalidPathException e) {
        throw new SubmitException(
            "parameters-invalid",
            "'" + value + "', the value of " + parameter.name() + ", is no path.",
            "Give another value with -p " + parameter.name() + "=PATH.",
            List.of(),
            e);
      }
    }

    private void complainAboutMissing() {
      List<String> missing = inputs.missing();
      if (missing.isEmpty()) {
        return;
      }
      List<String> lines = new ArrayList<>(missing.stream().limit(MOST_LINES).toList());
      if (missing.size() > MOST_LINES) {
        lines.add("and " + (missing.size() - MOST_LINES) + " more");
      }
      String many = missing.size() + (missing.size() == 1 ? " file" : " files");
      if (order.allowMissing()) {
        warnings.add(many + " cannot be found, such as " + missing.getFirst() + ".");
        return;
      }
      throw new SubmitException(
          "missing-files",
          many + " of '" + bundle.label() + "' cannot be found.",
          "Put them there or mend the paths; --allow-missing submits without them.",
          lines,
          null);
    }

    private void rewrite(FolderLayout layout) {
      OutputNames outputs = new OutputNames(bundle.folder(), layout);
      paths.forEach(
          (parameter, named) -> {
            List<String> places = new ArrayList<>();
            named.forEach(path -> places.add(place(parameter, path, layout, outputs)));
            values.put(parameter.name(), joined(parameter, places));
          });
      for (Path folder : bundle.assets().outputs()) {
        boolean written =
            outputs.covers(folder)
                || paths.entrySet().stream()
                    .anyMatch(
                        path ->
                            path.getKey().path() != null
                                && path.getKey().path().dataFlow().isWritten()
                                && path.getValue().stream().anyMatch(folder::startsWith));
        if (!written) {
          warnings.add(
              "No PATH parameter with dataFlow OUT leads to the output folder '"
                  + folder
                  + "': what the job writes there does not come back.");
        }
      }
    }

    private static String place(
        ParameterDefinition parameter, Path path, FolderLayout layout, OutputNames outputs) {
      PathUse use = parameter.path();
      if (use == null || use.dataFlow() != PathUse.DataFlow.OUT) {
        String place = layout.place(path);
        return place.isEmpty() ? "." : place;
      }
      return use.objectType() == PathUse.ObjectType.FILE
          ? outputs.file(path)
          : outputs.folder(path);
    }

    private Jobs.Submit job(int priority, Digest digest, @Nullable Digest manifest) {
      Map<String, String> settings = new LinkedHashMap<>(order.settings());
      settings.putIfAbsent("source", bundle.folder().toString());
      paths.forEach(
          (parameter, named) ->
              settings.put(
                  "path." + parameter.name(),
                  joined(parameter, named.stream().map(Path::toString).toList())));
      return new Jobs.Submit(
          order.name() == null ? "" : order.name(),
          order.project(),
          priority,
          digest.hex(),
          manifest == null ? null : manifest.hex(),
          values,
          order.requirements(),
          settings);
    }
  }
}

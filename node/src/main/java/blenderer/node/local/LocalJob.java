package blenderer.node.local;

import blenderer.openjd.EnvironmentTemplate;
import blenderer.openjd.Extensions;
import blenderer.openjd.Job;
import blenderer.openjd.JobCreation;
import blenderer.openjd.JobTemplate;
import blenderer.openjd.ParameterDefinition;
import blenderer.openjd.ParameterPaths;
import blenderer.openjd.TemplateError;
import blenderer.openjd.Templates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Makes a job of the files and values that a command line names. */
final class LocalJob {

  private final Path workingFolder;

  /**
   * @param workingFolder where the person is; absolute
   */
  LocalJob(Path workingFolder) {
    this.workingFolder = workingFolder;
  }

  /**
   * Makes the job.
   *
   * @param environments files of environment templates, outermost first
   * @param parameters as given to {@code -p}
   */
  Job make(String file, List<String> environments, List<String> parameters) throws LocalFailure {
    Path path = LocalFiles.path(workingFolder, file);
    JobTemplate template =
        switch (Templates.parseJob(LocalFiles.read(path), file)) {
          case Templates.Parsed(JobTemplate parsed) -> parsed;
          case Templates.Refused(List<TemplateError> errors) ->
              throw refused("template-invalid", "The template " + file + " is not valid", errors);
        };
    List<EnvironmentTemplate> around = new ArrayList<>();
    List<ParameterDefinition> definitions = new ArrayList<>();
    for (String name : environments) {
      EnvironmentTemplate environment = environment(name);
      around.add(environment);
      definitions.addAll(environment.parameters());
    }
    definitions.addAll(template.parameters());
    Path folder = Objects.requireNonNullElse(path.getParent(), workingFolder);
    Map<String, String> values =
        new ParameterPaths(
                folder.toString(),
                workingFolder.toString(),
                template.extensions().contains(Extensions.EXPR))
            .join(definitions, ParameterArguments.read(parameters, workingFolder));
    return switch (JobCreation.create(template, around, values)) {
      case JobCreation.Created(Job job) -> job;
      case JobCreation.Refused(List<TemplateError> errors) ->
          throw refused("job-invalid", "No job can be made of " + file, errors);
    };
  }

  private EnvironmentTemplate environment(String name) throws LocalFailure {
    Path path = LocalFiles.path(workingFolder, name);
    return switch (Templates.parseEnvironment(LocalFiles.read(path), name)) {
      case Templates.ParsedEnvironment(EnvironmentTemplate parsed) -> parsed;
      case Templates.Refused(List<TemplateError> errors) ->
          throw refused(
              "template-invalid", "The environment template " + name + " is not valid", errors);
    };
  }

  private static LocalFailure refused(String code, String sentence, List<TemplateError> errors) {
    StringBuilder all = new StringBuilder(sentence).append(':');
    errors.forEach(error -> all.append("\n  ").append(error));
    return new LocalFailure(
        LocalFailure.FAILED, code, all.toString(), "Mend what the lines above say.");
  }
}

package blenderer.node.session;

import blenderer.openjd.Job;
import blenderer.openjd.JobPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says where the values of a job's PATH parameters lie on this host: in the session's own folders,
 * as {@link JobPaths} has it, or where the path mapping rules say. A session whose places are as
 * given has rules only.
 */
final class PathMapping {

  private final SessionFolder folder;
  private final SessionPlan.Places places;
  private final PathRules rules;
  private final JobPaths paths;

  PathMapping(SessionFolder folder, SessionPlan plan) {
    this.folder = folder;
    this.places = plan.places();
    this.rules = plan.rules();
    this.paths = JobPaths.of(plan.job().parameters());
  }

  /**
   * Where a parameter's value lies.
   *
   * @throws IllegalArgumentException with a sentence for a person, when the value leads out of the
   *     session
   */
  String map(Job.Parameter parameter) {
    if (places == SessionPlan.Places.AS_GIVEN) {
      return rules.apply(parameter.value());
    }
    return paths
        .place(parameter)
        .map(place -> path(place).toString())
        .orElseGet(() -> rules.apply(parameter.value()));
  }

  /** Makes the folders that parameters name, or whose files they name. */
  void makeFolders() throws IOException {
    if (places == SessionPlan.Places.IN_SESSION) {
      for (JobPaths.Place place : paths.folders()) {
        Files.createDirectories(path(place));
      }
    }
  }

  private Path path(JobPaths.Place place) {
    Path tree =
        switch (place.tree()) {
          case WORKSPACE -> folder.workspace();
          case OUTPUT -> folder.output();
        };
    return place.path().isEmpty() ? tree : tree.resolve(place.path());
  }
}

package blenderer.openjd;

import java.util.List;

/**
 * What every task of a step runs (§3.5).
 *
 * @param onRun run once for each task, or for each chunk of tasks
 * @param embeddedFiles written before every run; {@code Task.File.<name>} is a file's path
 * @param names what its action and files see besides symbols (extension EXPR)
 */
public record StepScript(Action onRun, List<EmbeddedFile> embeddedFiles, Let.Names names) {
  public StepScript {
    embeddedFiles = List.copyOf(embeddedFiles);
  }

  /** The script of a job: the durations of its action are numbers. */
  StepScript forJob(Resolution resolution, String path) {
    return new StepScript(
        onRun.forJob(resolution, path + "/actions/onRun"),
        embeddedFiles,
        names.inside(resolution.names()));
  }
}

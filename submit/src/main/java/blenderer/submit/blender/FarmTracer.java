package blenderer.submit.blender;

import blenderer.api.ApiException;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.Jobs;
import blenderer.model.Digest;
import blenderer.model.JobState;
import blenderer.model.Requirement;
import blenderer.submit.JobWatch;
import blenderer.submit.ProjectLayout;
import blenderer.submit.Submission;
import blenderer.submit.SubmitException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has a node trace a scene, for a computer without Blender: sends the .blend, runs {@code trace.py}
 * as a task like any other, in the node's sandbox, and reads what it found. Libraries follow in
 * further rounds, since only they say what they need themselves. Each round is a job of its own,
 * marked as a trace, and deleted at its end.
 */
public final class FarmTracer {

  /** Of a job's settings: what it is for. Jobs for traces are not listed unless asked for. */
  public static final String PURPOSE = "purpose";

  /** The purpose of a trace. */
  public static final String TRACE = "trace";

  private static final int MOST_ROUNDS = 30;
  private static final int LARGEST_TRACE = 64 << 20;
  private static final int FIRST = 100;

  /** What every artist may give, whatever ceiling an admin has set. */
  private static final int USUAL = 50;

  private static final Duration LOOK_ANEW = Duration.ofSeconds(5);

  /** Hears how far it is. */
  public interface Listener {
    /** The trace waits for a node, in a sentence. */
    void waiting(String why);
  }

  private final FarmClient client;
  private final Submission submission;
  private final byte[] template;
  private final String project;
  private final Listener listener;

  /**
   * @param template the bytes of {@code trace-template.yaml}
   * @param project that the jobs belong to
   */
  public FarmTracer(
      FarmClient client,
      Submission submission,
      byte[] template,
      String project,
      Listener listener) {
    this.client = client;
    this.submission = submission;
    this.template = template.clone();
    this.project = project;
    this.listener = listener;
  }

  /**
   * Traces a scene file.
   *
   * @param frames a range expression: for which frames to find out what they need; null: the
   *     scene's own
   * @param atLeast the oldest Blender that can open it, such as {@code 3.4}
   * @throws SubmitException as {@link SceneTracer#trace}
   */
  public SceneTracer.Traced trace(
      Path file, SceneOverrides overrides, @Nullable String frames, String atLeast) {
    Path scene = file.toAbsolutePath().normalize();
    MirroredFiles files = new MirroredFiles(scene);
    String found;
    int rounds = 0;
    do {
      if (++rounds > MOST_ROUNDS) {
        throw new SubmitException(
            "trace-failed",
            "'" + scene.getFileName() + "' links libraries that link libraries without end.",
            "Trace it with a Blender on this computer.");
      }
      found = files.localised(round(scene, files, overrides, frames, atLeast));
    } while (files.grow(found));
    return SceneTracer.read(scene, found, overrides);
  }

  private String round(
      Path scene,
      MirroredFiles files,
      SceneOverrides overrides,
      @Nullable String frames,
      String atLeast) {
    Map<String, String> parameters = new LinkedHashMap<>(overrides.values());
    parameters.put("Name", "Trace of " + scene.getFileName());
    parameters.put("Scene", files.scenePath());
    if (frames != null) {
      parameters.put("Frames", frames);
    }
    Jobs.Job job;
    try {
      job = submit(scene, files, parameters, atLeast, FIRST);
    } catch (ApiException e) {
      if (!e.code().equals("priority-too-high")) {
        throw e;
      }
      job = submit(scene, files, parameters, atLeast, USUAL);
    }
    return waitFor(scene, job);
  }

  private Jobs.Job submit(
      Path scene,
      MirroredFiles files,
      Map<String, String> parameters,
      String atLeast,
      int priority) {
    return submission
        .submit(
            new Submission.Cargo(
                files.whole(),
                files.made(ProjectLayout.PATH_MAP),
                template,
                Map.of(),
                (shipped, manifest) ->
                    job(scene, parameters, atLeast, priority, shipped, manifest)))
        .job();
  }

  private String waitFor(Path scene, Jobs.Job job) {
    // Whoever stops the program does not want the trace any more.
    Thread stopped = new Thread(() -> delete(job), "delete-trace");
    Runtime.getRuntime().addShutdownHook(stopped);
    try {
      return result(scene, ended(scene, job));
    } finally {
      delete(job);
      forget(stopped);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending: the hook runs, and finds nothing to delete.
    }
  }

  private Jobs.Submit job(
      Path scene,
      Map<String, String> parameters,
      String atLeast,
      int priority,
      Digest shipped,
      @Nullable Digest manifest) {
    return new Jobs.Submit(
        "",
        project,
        priority,
        shipped.hex(),
        manifest == null ? null : manifest.hex(),
        parameters,
        List.of(new Requirement("blender", atLeast, List.of())),
        Map.of(PURPOSE, TRACE, "source", scene.toString()));
  }

  private Jobs.Job ended(Path scene, Jobs.Job job) {
    boolean told = false;
    try (JobWatch watch = new JobWatch(client, job.id())) {
      while (true) {
        Optional<Jobs.Job> now = watch.next(LOOK_ANEW);
        if (now.isEmpty()) {
          continue;
        }
        Jobs.Job newest = now.get();
        if (JobWatch.isFinished(newest)) {
          return newest;
        }
        if (!told && newest.tasks().leased() == 0 && !newest.state().equals("running")) {
          told = true;
          listener.waiting(
              "No Blender on this computer, so a node looks into '"
                  + scene.getFileName()
                  + "' as soon as one is free.");
        }
      }
    }
  }

  private String result(Path scene, Jobs.Job job) {
    if (JobState.ofWord(job.state()) == JobState.DONE) {
      for (Jobs.Output output : client.outputs(job.id(), null, Duration.ZERO).outputs()) {
        if (output.path().endsWith("trace.json")) {
          return MirroredFiles.text(client.blob(new Digest(output.digest()), LARGEST_TRACE));
        }
      }
    }
    List<Jobs.Attempt> attempts = client.attempts(job.id(), FarmClient.TaskFilter.ALL).attempts();
    List<String> why =
        attempts.stream()
            .filter(attempt -> attempt.failure() != null)
            .map(attempt -> attempt.node() + ": " + message(attempt))
            .toList();
    throw new SubmitException(
        "trace-failed",
        "No node could look into '" + scene.getFileName() + "'; the trace is " + job.state() + ".",
        "Look at the node and its log, or install Blender on this computer.",
        why,
        null);
  }

  private static String message(Jobs.Attempt attempt) {
    return attempt.failure() == null ? "" : attempt.failure().message();
  }

  private void delete(Jobs.Job job) {
    try {
      client.deleteJob(job.id());
    } catch (FarmException e) {
      // Gone already, or the server cannot be reached: it is listed as a trace then.
    }
  }
}

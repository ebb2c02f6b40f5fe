package blenderer.openjd;

import blenderer.openjd.range.RangeExpression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Jobs whose frames a person has changed after the submit. A job has frames when it has the string
 * parameter {@link #PARAMETER} and a step whose tasks are its numbers.
 *
 * <p>A task keeps its index for ever: what was added comes after all others, in the order in which
 * it was added. A step whose tasks are the frames goes on with the value that was submitted, so
 * that a scene which looks at the whole range is not another one in the middle of the job; every
 * other step, such as one that makes a video, sees which frames there are now.
 *
 * @param added what was added, one range for each change
 * @param now the frames that are wanted now
 */
public record ChangedFrames(List<String> added, String now) {

  /** The job parameter that says which frames there are. */
  public static final String PARAMETER = "Frames";

  public ChangedFrames {
    added = List.copyOf(added);
  }

  /**
   * A job as each of its steps sees it.
   *
   * @param submitted for steps whose tasks are the frames
   * @param changed for all others
   * @param ofFrames the numbers of the steps whose tasks are the frames
   */
  public record Views(Job submitted, Job changed, Set<Integer> ofFrames) {
    public Views {
      ofFrames = Set.copyOf(ofFrames);
    }

    /** The job as that step sees it; all tasks of all steps have their indexes in either. */
    public Job of(int step) {
      return ofFrames.contains(step) ? submitted : changed;
    }
  }

  /** What became of it: {@link Made}, or what {@link JobCreation} refused. */
  public sealed interface Result permits Made, Refused {}

  /** It goes. */
  public record Made(Views views) implements Result {}

  /** It does not go; {@code reason} is a clause. */
  public record Refused(String reason) implements Result {}

  /**
   * Whether the tasks of a step are the job's frames: each has one of them as the number that
   * people call it by.
   */
  private static boolean isOfFrames(Job job, int step) {
    Optional<String> value =
        job.parameters().stream()
            .filter(parameter -> parameter.name().equals(PARAMETER))
            .filter(parameter -> parameter.type() == ParameterType.STRING)
            .map(Job.Parameter::value)
            .findAny();
    if (value.isEmpty()) {
      return false;
    }
    try {
      RangeExpression frames = RangeExpression.parse(value.get());
      TaskSpace tasks = job.steps().get(step).tasks();
      // All spaces of one template grow alike: the ends tell whether this one follows the frames.
      return !tasks.parameters().isEmpty()
          && tasks.size() % frames.size() == 0
          && number(tasks, 0).filter(number -> number == frames.first()).isPresent()
          && number(tasks, tasks.size() - 1).filter(number -> number == frames.last()).isPresent();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The number by which people call a task; empty: it is no number. */
  private static Optional<Long> number(TaskSpace tasks, long index) {
    if (tasks.chunks().isPresent()) {
      return Optional.of(tasks.item(index));
    }
    try {
      return Optional.of(Long.valueOf(tasks.task(index).firstEntry().getValue()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Resolves the job.
   *
   * @param values as they were submitted
   */
  public Result create(
      JobTemplate template, List<EnvironmentTemplate> environments, Map<String, String> values) {
    List<Job> made = new ArrayList<>();
    List<String> ranges = new ArrayList<>(added);
    ranges.add(now);
    switch (JobCreation.create(template, environments, values)) {
      case JobCreation.Refused refused -> {
        return new Refused(refused.errors().getFirst().toString());
      }
      case JobCreation.Created created -> made.add(created.job());
    }
    for (String range : ranges) {
      Map<String, String> others = new HashMap<>(values);
      others.put(PARAMETER, range);
      switch (JobCreation.create(template, environments, others)) {
        case JobCreation.Refused refused -> {
          return new Refused(refused.errors().getFirst().toString());
        }
        case JobCreation.Created created -> made.add(created.job());
      }
    }
    Job submitted = made.getFirst();
    List<TaskSpace> spaces = new ArrayList<>();
    Set<Integer> ofFrames = new TreeSet<>();
    for (int step = 0; step < submitted.steps().size(); step++) {
      TaskSpace space = submitted.steps().get(step).tasks();
      if (isOfFrames(submitted, step)) {
        ofFrames.add(step);
        for (Job more : made.subList(1, made.size() - 1)) {
          if (!isOfFrames(more, step)) {
            return new Refused("its template makes tasks of frames in a way of its own");
          }
          space = space.followedBy(more.steps().get(step).tasks());
        }
        if (space.size() > JobCreation.MOST_TASKS) {
          return new Refused("a step would have " + space.size() + " tasks");
        }
      }
      spaces.add(space);
    }
    return ofFrames.isEmpty()
        ? new Refused("no step of it has a task for each number of a parameter '" + PARAMETER + "'")
        : new Made(new Views(with(submitted, spaces), with(made.getLast(), spaces), ofFrames));
  }

  private static Job with(Job job, List<TaskSpace> spaces) {
    List<Job.Step> steps = new ArrayList<>();
    for (Job.Step step : job.steps()) {
      steps.add(
          new Job.Step(
              step.name(),
              step.description(),
              step.dependencies(),
              step.environments(),
              step.hostRequirements(),
              spaces.get(steps.size()),
              step.script()));
    }
    return new Job(
        job.name(),
        job.description(),
        job.extensions(),
        job.parameters(),
        job.environments(),
        steps);
  }
}

package blenderer.core;

import blenderer.model.JobPart;
import blenderer.model.JobState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of finished jobs goes by itself. A job that is not finished loses nothing, whatever a rule
 * says.
 *
 * @param part null: the job as a whole
 * @param olderThanDays only of jobs that finished longer ago; null: of any
 * @param moreThanBytes only while all jobs that the rule is about hold more of it, and then of the
 *     jobs that finished first; null: whatever they hold
 * @param states of the jobs
 * @param project only of its jobs; null: of all
 */
public record CleanRule(
    @Nullable JobPart part,
    @Nullable Integer olderThanDays,
    @Nullable Long moreThanBytes,
    Set<JobState> states,
    @Nullable String project) {

  public CleanRule {
    states = Set.copyOf(states);
    if (olderThanDays == null && moreThanBytes == null) {
      throw new IllegalArgumentException("a rule says from which age or size on it holds");
    }
    if (states.isEmpty() || states.stream().anyMatch(state -> !state.isFinished())) {
      throw new IllegalArgumentException("a rule is about states of finished jobs");
    }
  }
}

package blenderer.server.routes;

import blenderer.core.Caps;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Role;
import blenderer.server.http.HttpError;
import java.math.BigDecimal;

/** The highest priority that who is no admin may give a job. */
final class PriorityCeiling {

  private final History history;

  PriorityCeiling(History history) {
    this.history = history;
  }

  /** Refuses what is no priority, and what the caller may not give. */
  void check(Identity caller, int priority) {
    JobSubmission.checkPriority(priority);
    if (caller.role() == Role.ADMIN) {
      return;
    }
    for (Row.Limit limit : history.limits()) {
      BigDecimal most = limit.count();
      if (limit.name().equals(Caps.ARTIST_PRIORITY)
          && most != null
          && most.compareTo(BigDecimal.valueOf(priority)) < 0) {
        throw HttpError.of(
            403,
            "priority-too-high",
            "Priority " + priority + " is more than artists may give.",
            "Give at most " + most.toPlainString() + ", or ask an admin to raise it.");
      }
    }
  }
}

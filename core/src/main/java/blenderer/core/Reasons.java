package blenderer.core;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sentences that jobs and nodes have in common. */
final class Reasons {

  private final Farm farm;
  private final Reservations reservations;

  Reasons(Farm farm) {
    this.farm = farm;
    this.reservations = new Reservations(farm);
  }

  /** Why a node gets no more of a job. */
  static String keptAway(NodeEntry node, JobEntry job) {
    return "Node '"
        + node.id
        + "' gets no more of job '"
        + job.row().name()
        + "': "
        + node.health.failedOf(job.id())
        + " of its tasks failed there.";
  }

  /** Which limit the job's person or project has reached; null: none. */
  @Nullable String full(Account person) {
    Account project = Shares.projectOf(person);
    for (Account account : List.of(person, project)) {
      BigDecimal most = farm.caps.most(account);
      if (most != null && farm.caps.isFull(account)) {
        return called(account)
            + " has "
            + farm.caps.held(account)
            + " slots now; the farm's limit "
            + (account.isPerson() ? Caps.PERSON_SLOTS : Caps.PROJECT_SLOTS)
            + account.name
            + " is "
            + Fitness.plain(most)
            + ".";
      }
    }
    return null;
  }

  static String called(Account account) {
    return account.isPerson() ? "'" + account.name + "'" : "Project '" + account.name + "'";
  }

  /** What an idle node that fits has too little left of. */
  String shortage(NodeEntry node, StepEntry step) {
    String name = String.valueOf(reservations.shortOf(node, step.kind, null));
    BigDecimal limit = farm.limits.get(name);
    return limit == null
        ? "Node '"
            + node.id
            + "' has too little left of "
            + name
            + ": "
            + Fitness.plain(reservations.held(node, name))
            + " of "
            + Fitness.plain(node.amount(name))
            + " are held."
        : "Of the farm's "
            + Fitness.plain(limit)
            + " of "
            + name
            + ", "
            + Fitness.plain(reservations.used(name))
            + " are held by "
            + String.join(", ", reservations.holders(name))
            + ".";
  }
}

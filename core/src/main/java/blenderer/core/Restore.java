package blenderer.core;

import blenderer.model.TaskState;
import java.util.Comparator;
import java.util.List;

/** Builds the live state from what the journal knows. */
final class Restore {

  private final Farm farm;
  private final Ledger ledger;
  private final Now now;

  Restore(Farm farm, Ledger ledger, Now now) {
    this.farm = farm;
    this.ledger = ledger;
    this.now = now;
  }

  void all(Journal.Snapshot snapshot) {
    for (Row.Node row : snapshot.nodes()) {
      farm.nodes.put(row.id(), new NodeEntry(row, farm.settings.faults()));
    }
    for (Row.Limit limit : snapshot.limits()) {
      if (Caps.isRule(limit.name())) {
        farm.caps.set(limit.name(), limit.count(), farm.shares);
      } else if (limit.count() != null) {
        farm.limits.put(limit.name(), limit.count());
      }
    }
    for (Journal.JobSnapshot job : snapshot.jobs()) {
      add(job);
    }
    new Lessons(farm, now).learn(snapshot.jobs());
    // A twin stands beside a first right, or not at all.
    snapshot.leases().stream().filter(row -> !row.twin()).forEach(this::lease);
    snapshot.leases().stream().filter(Row.Lease::twin).forEach(this::lease);
    for (NodeEntry node : farm.nodes.values()) {
      if (node.slots == 0) {
        // How many it ran before it took none is not known: all of them may run.
        node.lastSlots = Math.max(1, node.leases.size());
      }
    }
    for (JobEntry job : farm.jobs.values()) {
      farm.await(job);
      readyAgain(job);
    }
    keepLimits();
  }

  /**
   * A lease that was late held nothing of the farm's limits back, and others may hold it now: which
   * ones were late is not in the journal, so the newest come first and the rest is late again.
   */
  private void keepLimits() {
    Reservations reservations = new Reservations(farm);
    List<LeaseEntry> all = farm.leases();
    all.sort(Comparator.comparingLong((LeaseEntry lease) -> lease.grantedAt).reversed());
    all.forEach(lease -> lease.late = true);
    all.forEach(lease -> farm.leasesChanged(lease.node));
    for (LeaseEntry lease : all) {
      lease.late = !reservations.mayReturn(lease);
      farm.recount(lease);
      farm.leasesChanged(lease.node);
      if (lease.late) {
        lease.rights.forEach(lease.step::noteHands);
        farm.refresh(lease.step);
      }
    }
    for (LeaseEntry lease : all) {
      if (!lease.late) {
        farm.shares.settle(lease, now.instant());
      }
    }
  }

  /** Takes one more job in; a job that is there already stays as it is. */
  void job(Journal.JobSnapshot snapshot) {
    if (!farm.jobs.containsKey(snapshot.job().id())) {
      readyAgain(add(snapshot));
    }
  }

  private JobEntry add(Journal.JobSnapshot snapshot) {
    JobEntry job = new JobEntry(snapshot.job());
    job.cleaned.addAll(snapshot.cleaned());
    for (Journal.StepSnapshot stepSnapshot : snapshot.steps()) {
      StepEntry step = new StepEntry(job, stepSnapshot.step(), farm.settings.looks());
      step.restore(stepSnapshot);
      job.steps.add(step);
    }
    farm.add(job);
    return job;
  }

  /**
   * The lease's rights are those of its tasks whose rows name it; a twin's is the second one to its
   * task. A lease without a right is over.
   */
  private void lease(Row.Lease row) {
    JobEntry job = farm.jobs.get(row.job());
    NodeEntry node = farm.nodes.get(row.node());
    if (job == null || node == null) {
      ledger.leaseEnded(row.id());
      return;
    }
    StepEntry step = job.steps.get(row.step());
    LeaseEntry lease = new LeaseEntry(row.id(), node, step, row.tasks(), row.grantedAt());
    lease.started = row.started();
    lease.twin = row.twin();
    lease.deadline = now.instant() + farm.settings.termMillis();
    for (int index : row.tasks().toList()) {
      TaskEntry task = step.open.get(index);
      LeaseEntry first = task == null ? null : task.lease;
      if (task == null) {
        continue;
      }
      if (!lease.twin && row.id().equals(task.heldBy)) {
        task.lease = lease;
        lease.grant(task);
      } else if (lease.twin && first != null && first.node != node && task.twin == null) {
        task.twin = lease;
        lease.grant(task);
      }
    }
    if (lease.rights.isEmpty()) {
      ledger.leaseEnded(row.id());
      return;
    }
    lease.live = true;
    Tails.note(farm.divisible, lease);
    node.leases.put(lease.id, lease);
  }

  private void readyAgain(JobEntry job) {
    for (StepEntry step : job.steps) {
      for (TaskEntry task : List.copyOf(step.open.values())) {
        if (task.state == TaskState.LEASED && task.lease == null) {
          // Its lease is gone without a trace: nobody has the right to it.
          task.move(TaskMoves.Move.REQUEUE);
        }
        if (task.state == TaskState.READY) {
          step.again.add(task.index);
        }
      }
    }
    farm.refresh(job);
  }
}

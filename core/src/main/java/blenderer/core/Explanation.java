package blenderer.core;

import blenderer.model.NodeState;
import blenderer.model.Requirement;
import blenderer.model.StepState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Says why a job does not run, or not faster, from the very conditions that placement tests. */
final class Explanation {

  private final Farm farm;

  Explanation(Farm farm) {
    this.farm = farm;
  }

  List<String> of(String id) {
    JobEntry job = farm.job(id);
    if (job == null) {
      return List.of();
    }
    List<String> reasons = new ArrayList<>();
    switch (job.state()) {
      case PAUSED -> reasons.add("The job is paused: resume it.");
      case HELD -> reasons.add("The job is held back: resume it to let it start.");
      default -> {}
    }
    long leased = 0;
    long leasable = 0;
    for (StepEntry step : job.steps) {
      leased += step.open.values().stream().filter(task -> task.lease != null).count();
      leasable += step.leasable();
      if (step.state() == StepState.BLOCKED) {
        reasons.add(
            "Step '"
                + step.row().name()
                + "' waits for "
                + step.row().dependsOn().stream()
                    .map(before -> "step '" + job.steps.get(before).row().name() + "'")
                    .collect(Collectors.joining(" and "))
                + ".");
      }
    }
    if (!job.isActive()) {
      return reasons;
    }
    if (leasable == 0) {
      if (leased > 0) {
        reasons.add("All tasks that are left are being worked on.");
      }
      return reasons;
    }
    reasons.addAll(nodes(job));
    return reasons;
  }

  private List<String> nodes(JobEntry job) {
    if (farm.nodes.isEmpty()) {
      return List.of(
          "The farm has no node yet: run 'blenderer invite --role node' and start one with it.");
    }
    List<String> reasons = new ArrayList<>();
    List<NodeEntry> online = farm.nodes.values().stream().filter(node -> node.online).toList();
    if (online.isEmpty()) {
      return List.of("None of the farm's " + farm.nodes.size() + " nodes is online: start one.");
    }
    List<NodeEntry> fitting = online.stream().filter(node -> node.fits(job.row())).toList();
    if (fitting.isEmpty()) {
      reasons.add("No node that is online can run the job.");
      online.stream().limit(20).forEach(node -> reasons.add(misfit(node, job.row())));
      return reasons;
    }
    List<NodeEntry> taking = fitting.stream().filter(NodeEntry::takesWork).toList();
    if (taking.isEmpty()) {
      String wishes =
          fitting.stream()
              .filter(node -> node.wish != NodeState.ONLINE)
              .map(node -> "'" + node.id + "' is " + node.wish.word())
              .collect(Collectors.joining(", "));
      reasons.add("Every node that fits takes no work: " + wishes + ".");
      return reasons;
    }
    Map<String, Integer> busyWith = new TreeMap<>();
    int busy = 0;
    for (NodeEntry node : taking) {
      if (node.leases.size() >= node.slots) {
        busy++;
        for (LeaseEntry lease : node.leases.values()) {
          busyWith.merge(
              lease.step.job == job ? "this job" : "'" + lease.step.job.row().name() + "'",
              1,
              Integer::sum);
        }
      }
    }
    if (busy == taking.size()) {
      reasons.add(
          "All "
              + taking.size()
              + " nodes that fit are busy with "
              + String.join(", ", busyWith.keySet())
              + ".");
    } else {
      reasons.add("Work is on its way to " + (taking.size() - busy) + " idle nodes.");
    }
    return reasons;
  }

  private static String misfit(NodeEntry node, Row.Job job) {
    for (Requirement need : job.requirements()) {
      if (node.renderers.stream().noneMatch(need::fits)) {
        String has =
            node.renderers.stream()
                .filter(renderer -> renderer.name().equals(need.renderer()))
                .map(renderer -> renderer.name() + " " + renderer.version())
                .collect(Collectors.joining(", "));
        return "Node '"
            + node.id
            + "' has "
            + (has.isEmpty() ? "no " + need.renderer() : "only " + has)
            + "; the job needs "
            + need.renderer()
            + (need.atLeast().isEmpty() ? "" : " " + need.atLeast() + " or newer")
            + (need.features().isEmpty() ? "" : " with " + String.join(", ", need.features()))
            + ".";
      }
    }
    return "Node '"
        + node.id
        + "' runs only the templates that came with its version "
        + node.version
        + ", and the job's is not one of them: use the same version everywhere.";
  }
}

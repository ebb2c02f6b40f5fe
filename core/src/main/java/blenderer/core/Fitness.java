package blenderer.core;

import blenderer.model.HostNeeds;
import blenderer.model.Permission;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node could ever run a step, whatever it does now. One place for placement, for steps
 * that are incompatible, and for the answer to why.
 */
final class Fitness {

  private final Farm farm;

  Fitness(Farm farm) {
    this.farm = farm;
  }

  boolean fits(NodeEntry node, StepEntry step) {
    return fits(node, step.kind);
  }

  boolean fits(NodeEntry node, Kind kind) {
    Likes likes = farm.likes.of(node);
    Boolean known = likes.fits(kind);
    if (known == null) {
      known = misfits(node, kind.asks, true).isEmpty();
      likes.fits(kind, known);
    }
    return known;
  }

  /** Whether it would fit if nothing was known of the memory that the step needs. */
  boolean fitsWithoutMemory(NodeEntry node, StepEntry step) {
    return misfits(node, step.kind.asks.withoutMemory(), true).isEmpty();
  }

  /** What keeps the node from ever running the step, one sentence each. */
  List<String> sentences(NodeEntry node, StepEntry step) {
    return misfits(node, step.kind.asks, false).stream().map(Supplier::get).toList();
  }

  private List<Supplier<String>> misfits(NodeEntry node, Kind.Asks asks, boolean firstOnly) {
    // Stays the shared empty list for a node that fits: this runs for every node and step.
    List<Supplier<String>> found = List.of();
    if (!node.accepts.covers(asks.permission())) {
      found = with(found, () -> permission(node, asks.permission()));
    }
    if (asks.template() != null && !node.templates.contains(asks.template())) {
      found = with(found, () -> template(node));
    }
    for (Requirement need : asks.requirements()) {
      if (node.renderers.stream().noneMatch(need::fits)) {
        found = with(found, () -> renderer(node, need));
      }
    }
    if (node.sessionMemoryMib() < asks.leastMemoryMib()) {
      found = with(found, () -> memory(node, asks.leastMemoryMib()));
    }
    if (firstOnly && !found.isEmpty()) {
      return found;
    }
    HostNeeds needs = asks.needs();
    for (HostNeeds.Attribute need : needs.attributes()) {
      List<String> has = node.attribute(need.name());
      boolean any = need.anyOf().isEmpty() || need.anyOf().stream().anyMatch(has::contains);
      if (!any || !has.containsAll(need.allOf())) {
        found = with(found, () -> attribute(node, need, has));
      }
    }
    for (HostNeeds.Amount need : needs.amounts()) {
      BigDecimal limit = farm.limits.get(need.name());
      BigDecimal most = limit == null ? node.amount(need.name()) : limit;
      if (need.reserved().compareTo(most) > 0) {
        found = with(found, () -> amount(limit == null ? node : null, need, most));
      }
    }
    if (!needs.namesProcessors() && node.amount(HostNeeds.VCPU).compareTo(BigDecimal.ONE) < 0) {
      found = with(found, () -> "Node '" + node.id + "' has no whole processor to give.");
    }
    return found;
  }

  private static List<Supplier<String>> with(List<Supplier<String>> list, Supplier<String> more) {
    List<Supplier<String>> longer = new ArrayList<>(list);
    longer.add(more);
    return longer;
  }

  private static String permission(NodeEntry node, Permission needed) {
    return "Node '"
        + node.id
        + "' accepts no "
        + (needed == Permission.COMMANDS ? "commands of one's own" : "scripts")
        + (needed == Permission.COMMANDS ? ": its owner can start it with --allow-commands." : ".");
  }

  private static String memory(NodeEntry node, long least) {
    return "Node '"
        + node.id
        + "' gives a session "
        + node.sessionMemoryMib()
        + " MiB of memory; a task of the step ran out of less than "
        + least
        + " MiB elsewhere.";
  }

  private static String template(NodeEntry node) {
    return "Node '"
        + node.id
        + "' runs only the templates that came with its version "
        + node.version
        + ", and the job's is not one of them: use the same version everywhere.";
  }

  private static String renderer(NodeEntry node, Requirement need) {
    String has =
        node.renderers.stream()
            .filter(renderer -> renderer.name().equals(need.renderer()))
            .map(Renderer::label)
            .collect(Collectors.joining(", "));
    return "Node '"
        + node.id
        + "' has "
        + (has.isEmpty() ? "no " + need.renderer() : "only " + has)
        + "; the job needs "
        + need.describe()
        + ".";
  }

  private static String attribute(NodeEntry node, HostNeeds.Attribute need, List<String> has) {
    if (need.name().equals(HostNeeds.POOL)) {
      return "Node '"
          + node.id
          + "' is in "
          + (has.isEmpty() ? "no pool" : "pool " + String.join(", ", has))
          + "; the job is for "
          + String.join(" or ", need.anyOf())
          + ".";
    }
    List<String> wanted = new ArrayList<>();
    if (!need.anyOf().isEmpty()) {
      wanted.add(String.join(" or ", need.anyOf()));
    }
    if (!need.allOf().isEmpty()) {
      wanted.add(String.join(" and ", need.allOf()));
    }
    return "Node '"
        + node.id
        + "' has "
        + need.name()
        + " "
        + (has.isEmpty() ? "not at all" : String.join(", ", has))
        + "; the step needs "
        + String.join(", and ", wanted)
        + ".";
  }

  /**
   * @param node null: the amount is one of the whole farm
   */
  private static String amount(@Nullable NodeEntry node, HostNeeds.Amount need, BigDecimal has) {
    return (node == null ? "The whole farm" : "Node '" + node.id + "'")
        + " has "
        + need.name()
        + " "
        + plain(has)
        + "; the step needs "
        + plain(need.reserved())
        + ".";
  }

  static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }
}

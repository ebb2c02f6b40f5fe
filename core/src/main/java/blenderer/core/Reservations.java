package blenderer.core;

import blenderer.model.HostNeeds;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What live leases hold back of the amounts of nodes and of the farm. INV-8: never more than there
 * is. It is always added up from the leases themselves, so that nothing can be forgotten.
 *
 * <p>A node runs one lease a slot; those beyond wait for one of them to end. So what its leases
 * hold back is the sum of the largest as many as it has slots, whichever of them run.
 */
final class Reservations {

  private final Farm farm;

  Reservations(Farm farm) {
    this.farm = farm;
  }

  /** Whether the node could take a lease of the step now. */
  boolean canHold(NodeEntry node, StepEntry step) {
    return canHold(node, step.kind, null);
  }

  /**
   * Whether the node could take a lease of the kind now.
   *
   * @param without a lease that would be taken away first
   */
  boolean canHold(NodeEntry node, Kind kind, @Nullable LeaseEntry without) {
    return shortOf(node, kind, without) == null;
  }

  /**
   * The first amount of which too little is left for one more lease.
   *
   * @param without a lease that would be taken away first
   * @return null: there is enough of everything
   */
  @Nullable String shortOf(NodeEntry node, Kind kind, @Nullable LeaseEntry without) {
    for (Kind.Held need : kind.held) {
      String name = need.name();
      BigDecimal limit = farm.limits.get(name);
      if (limit == null) {
        if (held(node, name, without, need.reserved()).compareTo(node.amount(name)) > 0) {
          return name;
        }
      } else {
        BigDecimal growth =
            heldOfLimit(node, name, without, need.reserved())
                .subtract(heldOfLimit(node, name, null, BigDecimal.ZERO));
        BigDecimal total = used(name).add(growth);
        if (without != null && without.node != node) {
          total =
              total
                  .add(heldOfLimit(without.node, name, without, BigDecimal.ZERO))
                  .subtract(heldOfLimit(without.node, name, null, BigDecimal.ZERO));
        }
        if (total.compareTo(limit) > 0) {
          return name;
        }
      }
    }
    return !kind.namesProcessors && lacksProcessors(node, without) ? HostNeeds.VCPU : null;
  }

  /** Whether what the node is short of for the kind is something that the whole farm has. */
  boolean isShortOfLimit(NodeEntry node, Kind kind) {
    String name = shortOf(node, kind, null);
    return name != null && farm.limits.containsKey(name);
  }

  /** Whether too few processors are left for one more lease that names none. */
  private boolean lacksProcessors(NodeEntry node, @Nullable LeaseEntry without) {
    boolean named = false;
    for (LeaseEntry lease : node.leases.values()) {
      named |= lease.step.kind.namesProcessors;
    }
    // As many default shares as there are slots are never more than the node has.
    return named
        && held(node, HostNeeds.VCPU, without, share(node)).compareTo(node.amount(HostNeeds.VCPU))
            > 0;
  }

  /** How much of the node's own amount its leases hold back. */
  BigDecimal held(NodeEntry node, String name) {
    return held(node, name, null, BigDecimal.ZERO);
  }

  private static BigDecimal held(
      NodeEntry node, String name, @Nullable LeaseEntry without, BigDecimal more) {
    return largest(node, name, without, more, true);
  }

  /** A late lease holds nothing of the farm back: its node may be gone for good. */
  private static BigDecimal heldOfLimit(
      NodeEntry node, String name, @Nullable LeaseEntry without, BigDecimal more) {
    return largest(node, name, without, more, false);
  }

  /** The sum of the largest parts, as many as the node has slots. */
  private static BigDecimal largest(
      NodeEntry node, String name, @Nullable LeaseEntry without, BigDecimal more, boolean late) {
    List<BigDecimal> parts = new ArrayList<>(node.leases.size() + 1);
    if (more.signum() > 0) {
      parts.add(more);
    }
    int started = 0;
    for (LeaseEntry lease : node.leases.values()) {
      if (lease != without && (late || !lease.late)) {
        started += lease.started ? 1 : 0;
        BigDecimal part = reserved(lease.step.kind, node, name);
        if (part.signum() > 0) {
          parts.add(part);
        }
      }
    }
    // A node that has fewer slots now may still run as many as it had.
    int seats = Math.max(node.seats(), started);
    if (parts.size() > seats) {
      parts.sort(Comparator.reverseOrder());
    }
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < parts.size() && i < seats; i++) {
      sum = sum.add(parts.get(i));
    }
    return sum;
  }

  private static BigDecimal reserved(Kind kind, NodeEntry node, String name) {
    for (Kind.Held held : kind.held) {
      if (held.name().equals(name)) {
        return held.reserved();
      }
    }
    return name.equals(HostNeeds.VCPU) ? share(node) : BigDecimal.ZERO;
  }

  /**
   * What a step that says nothing of processors takes: one, or a slot's share where the owner gave
   * a node more slots than it has processors.
   */
  private static BigDecimal share(NodeEntry node) {
    int seats = node.seats();
    BigDecimal known = node.share;
    if (known == null || node.shareSeats != seats) {
      known =
          node.amount(HostNeeds.VCPU)
              .divide(BigDecimal.valueOf(seats), 3, RoundingMode.DOWN)
              .min(BigDecimal.ONE);
      node.share = known;
      node.shareSeats = seats;
    }
    return known;
  }

  /** How much of a farm-wide limit all nodes' leases hold back. */
  BigDecimal used(String name) {
    return farm.limitUse.getOrDefault(name, BigDecimal.ZERO);
  }

  /** How much of a farm-wide limit the node's leases hold back. */
  static BigDecimal heldOfLimit(NodeEntry node, String name) {
    return heldOfLimit(node, name, null, BigDecimal.ZERO);
  }

  /** Whether a late lease may hold again what it held of the farm's limits. */
  boolean mayReturn(LeaseEntry late) {
    for (Kind.Held amount : late.step.kind.held) {
      BigDecimal limit = farm.limits.get(amount.name());
      if (limit != null) {
        BigDecimal growth =
            heldOfLimit(late.node, amount.name(), null, amount.reserved())
                .subtract(heldOfLimit(late.node, amount.name(), null, BigDecimal.ZERO));
        if (used(amount.name()).add(growth).compareTo(limit) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether the node's leases hold back more of something than there is. */
  boolean holdsTooMuch(NodeEntry node) {
    Set<String> names = new TreeSet<>();
    names.add(HostNeeds.VCPU);
    for (LeaseEntry lease : node.leases.values()) {
      lease.step.kind.held.forEach(held -> names.add(held.name()));
    }
    for (String name : names) {
      BigDecimal limit = farm.limits.get(name);
      if (limit == null
          ? held(node, name).compareTo(node.amount(name)) > 0
          : heldOfLimit(node, name).signum() > 0 && used(name).compareTo(limit) > 0) {
        return true;
      }
    }
    return false;
  }

  /** The names of jobs whose leases hold back some of the amount. */
  Collection<String> holders(String name) {
    return farm.leases().stream()
        .filter(lease -> reserved(lease.step.kind, lease.node, name).signum() > 0)
        .map(lease -> "'" + lease.step.job.row().name() + "'")
        .sorted()
        .distinct()
        .limit(5)
        .toList();
  }
}

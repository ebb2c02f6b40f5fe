package blenderer.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a project, or a person within a project, has had of the farm. Owned by {@link Shares}. */
final class Account {

  /** The project's name, or the person's. */
  final String name;

  /** The project; null: this is one. */
  final @Nullable Account project;

  /** The people of a project. */
  final Map<String, Account> people = new TreeMap<>();

  /** Where its work waits on the board, as far as it is sorted in there by what it has had. */
  final List<Board.Lane> sorted = new ArrayList<>();

  /** How {@link Caps} calls its slots. */
  final String slotsKey;

  double weight = 1;

  /** Slot time, in the units of {@link Shares}. */
  double used = 0;

  /** Jobs that may get leases. */
  int jobs = 0;

  /** How long its tasks took of late; 0: none is known. */
  double meanMillis = 0;

  Account(String name, @Nullable Account project) {
    this.name = name;
    this.project = project;
    this.slotsKey = (project == null ? Caps.PROJECT_SLOTS : Caps.PERSON_SLOTS) + name;
  }

  /** Whether this is a person, not a project. */
  boolean isPerson() {
    return project != null;
  }

  /** Who has less goes first. */
  double pass() {
    return used / weight;
  }
}

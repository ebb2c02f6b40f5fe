package blenderer.server.scheduling;

import blenderer.core.Journal;
import blenderer.core.Row;
import java.util.List;
import java.util.Set;

/** Hears what became durable. Called by the scheduler's thread only; must be quick. */
public interface Publication {

  /** The scheduler goes on from here: at the start and after a failed commit. */
  void loaded(Journal.Snapshot snapshot);

  /** These rows are safe at this revision. */
  void committed(long revision, List<Row> rows);

  /** The nodes that are online are others than before. */
  void online(Set<String> nodes);
}

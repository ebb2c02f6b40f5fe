package blenderer.journal;

import blenderer.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a journal holds, in numbers by which two of them can be compared, in whichever databases
 * they are.
 *
 * @param tables by their names
 */
public record JournalSums(List<Table> tables) {

  /**
   * One table.
   *
   * @param rows how many it has
   * @param digest over its rows in the order of their keys
   */
  public record Table(String name, long rows, String digest) {}

  public JournalSums {
    tables = List.copyOf(tables);
  }

  /** All rows. */
  public long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }

  /** One digest over everything. */
  public Digest digest() {
    StringBuilder text = new StringBuilder();
    tables.forEach(
        table ->
            text.append(table.name())
                .append(' ')
                .append(table.rows())
                .append(' ')
                .append(table.digest())
                .append('\n'));
    return Digest.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The first table that is not the same in the other; empty: all are. */
  public Optional<String> difference(JournalSums other) {
    if (tables.size() != other.tables.size()) {
      return Optional.of(tables.size() + " and " + other.tables.size() + " tables");
    }
    for (int i = 0; i < tables.size(); i++) {
      Table mine = tables.get(i);
      Table theirs = other.tables.get(i);
      if (!mine.equals(theirs)) {
        return Optional.of(
            mine.name() + " has " + mine.rows() + " and " + theirs.rows() + " rows, or others");
      }
    }
    return Optional.empty();
  }
}

package blenderer.journal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Claims in memory: the twin of those in SQL, for tests. Durable in nothing. */
public final class MemoryClaims implements ClaimStore {

  private record Row(String bodyHash, String id, long at) {}

  private final Map<List<String>, Row> rows = new HashMap<>();
  private final Predicate<String> wasCreated;

  /**
   * @param wasCreated whether a job of that id was ever written, such as {@code
   *     memoryJournal::wasSubmitted}
   */
  public MemoryClaims(Predicate<String> wasCreated) {
    this.wasCreated = wasCreated;
  }

  @Override
  public synchronized Claim claim(
      String person, String key, String bodyHash, String newId, long now) {
    rows.values().removeIf(row -> row.at() <= now - KEPT_MILLIS);
    Row row = rows.computeIfAbsent(List.of(person, key), _ -> new Row(bodyHash, newId, now));
    if (!row.bodyHash().equals(bodyHash)) {
      return new Claim.OtherBody();
    }
    return wasCreated.test(row.id()) ? new Claim.Created(row.id()) : new Claim.Create(row.id());
  }
}

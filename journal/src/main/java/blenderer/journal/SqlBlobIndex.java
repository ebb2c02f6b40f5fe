package blenderer.journal;

import blenderer.cas.BlobIndex;
import blenderer.cas.BlobRow;
import blenderer.model.Digest;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The content store's index in SQL. It keeps every row that a job needs, held or not (INV-5). */
final class SqlBlobIndex implements BlobIndex {

  private final Writer writer;
  private final Readers readers;

  SqlBlobIndex(Writer writer, Readers readers) {
    this.writer = writer;
    this.readers = readers;
  }

  @Override
  public Map<Digest, BlobRow> find(Collection<Digest> digests) {
    checkBatch(digests.size());
    return readers.read(
        handle -> {
          Map<Digest, BlobRow> found = new HashMap<>();
          for (List<String> some : batches(digests)) {
            try (PreparedStatement query =
                handle.getConnection().prepareStatement(select(some.size()))) {
              for (int i = 0; i < some.size(); i++) {
                query.setString(i + 1, some.get(i));
              }
              try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                  BlobRow blob = blob(row);
                  found.put(blob.digest(), blob);
                }
              }
            } catch (SQLException e) {
              throw SqlErrors.unreadable(e);
            }
          }
          return found;
        });
  }

  /** Of so few different sizes that each statement can stay prepared. */
  private static final List<Integer> SIZES = List.of(1, 16, 256);

  private static String select(int digests) {
    return "SELECT * FROM blobs WHERE digest IN (" + "?, ".repeat(digests - 1) + "?)";
  }

  /** Different digests in batches of those sizes; the last one is filled up with repetitions. */
  private static List<List<String>> batches(Collection<Digest> digests) {
    List<String> all = digests.stream().map(Digest::hex).distinct().toList();
    List<List<String>> batches = new ArrayList<>();
    int at = 0;
    while (at < all.size()) {
      int left = all.size() - at;
      int size = SIZES.stream().filter(one -> one >= left).findFirst().orElse(SIZES.getLast());
      List<String> batch = new ArrayList<>(all.subList(at, Math.min(all.size(), at + size)));
      at += batch.size();
      while (batch.size() < size) {
        batch.add(batch.getLast());
      }
      batches.add(batch);
    }
    return batches;
  }

  private static BlobRow blob(ResultSet row) throws SQLException {
    return new BlobRow(
        new Digest(row.getString("digest")),
        row.getLong("size"),
        row.getLong("needed_at"),
        row.getLong("hold_until"));
  }

  @Override
  public void add(BlobRow row) {
    writer.write(
        session -> {
          session.later(
              "INSERT INTO blobs (digest, size, needed_at, hold_until) VALUES (?, ?, ?, ?)"
                  + " ON CONFLICT (digest) DO UPDATE SET size = excluded.size, needed_at ="
                  + " CASE WHEN excluded.needed_at > blobs.needed_at THEN excluded.needed_at"
                  + " ELSE blobs.needed_at END, hold_until ="
                  + " CASE WHEN excluded.hold_until > blobs.hold_until THEN excluded.hold_until"
                  + " ELSE blobs.hold_until END",
              row.digest().hex(),
              row.size(),
              row.neededAt(),
              row.holdUntil());
          return 0;
        });
  }

  @Override
  public Map<Digest, BlobRow> hold(Collection<Digest> digests, long neededAt, long holdUntil) {
    checkBatch(digests.size());
    if (digests.isEmpty()) {
      return Map.of();
    }
    List<List<String>> batches = batches(digests);
    return writer.write(
        session -> {
          Map<Digest, BlobRow> held = new HashMap<>();
          for (List<String> some : batches) {
            session
                .query(select(some.size()), SqlBlobIndex::blob, some.toArray())
                .forEach(row -> held.put(row.digest(), row));
          }
          for (Map.Entry<Digest, BlobRow> entry : held.entrySet()) {
            BlobRow raised = entry.getValue().heldAtLeast(neededAt, holdUntil);
            if (!raised.equals(entry.getValue())) {
              session.later(
                  "UPDATE blobs SET needed_at = ?, hold_until = ? WHERE digest = ?",
                  raised.neededAt(),
                  raised.holdUntil(),
                  raised.digest().hex());
              entry.setValue(raised);
            }
          }
          return held;
        });
  }

  @Override
  public Set<Digest> removeUnheld(Collection<Digest> digests, long now) {
    checkBatch(digests.size());
    if (digests.isEmpty()) {
      return Set.of();
    }
    Set<Digest> distinct = Set.copyOf(digests);
    return writer.write(
        session -> {
          Set<Digest> removed = new HashSet<>();
          for (Digest digest : distinct) {
            String hex = digest.hex();
            int count =
                session.update(
                    "DELETE FROM blobs WHERE digest = ? AND hold_until <= ? AND NOT "
                        + BlobReferences.REFERENCED,
                    hex,
                    now,
                    hex,
                    hex,
                    hex,
                    hex,
                    hex);
            if (count > 0) {
              removed.add(digest);
            }
          }
          return removed;
        });
  }

  @Override
  public void forget(Digest digest) {
    writer.write(session -> session.update("DELETE FROM blobs WHERE digest = ?", digest.hex()));
  }

  @Override
  public List<BlobRow> list(@Nullable Digest after, int limit) {
    checkBatch(limit);
    return readers.read(
        handle -> {
          Query query =
              handle.createQuery(
                  "SELECT * FROM blobs WHERE digest > :after ORDER BY digest LIMIT :limit");
          return query
              .bind("after", after == null ? "" : after.hex())
              .bind("limit", limit)
              .map((row, _) -> blob(row))
              .list();
        });
  }

  private static void checkBatch(int count) {
    if (count > BATCH) {
      throw new IllegalArgumentException("more than " + BATCH + " digests in one call: " + count);
    }
  }
}

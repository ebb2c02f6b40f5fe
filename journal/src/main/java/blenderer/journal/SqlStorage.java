package blenderer.journal;

import blenderer.core.CleanRule;
import blenderer.core.Retention.Holding;
import blenderer.core.Retention.Item;
import blenderer.model.JobPart;
import blenderer.model.JobState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Figures of the store in SQL. */
final class SqlStorage implements StorageLog {

  private static final String WHOLE = "jobs";

  private final Writer writer;
  private final Readers readers;

  SqlStorage(Writer writer, Readers readers) {
    this.writer = writer;
    this.readers = readers;
  }

  @Override
  public List<Holding> holdings() {
    return readers.readLong(
        handle ->
            handle
                .createQuery(
                    "SELECT j.id, j.name, j.owner, j.project, j.state, j.finished_at,"
                        + " (SELECT COALESCE(SUM(b.size), 0) FROM job_inputs i"
                        + " JOIN blobs b ON b.digest = i.digest WHERE i.job = j.id) AS scenes,"
                        + " (SELECT COALESCE(SUM(o.size), 0) FROM"
                        + " (SELECT DISTINCT digest, size FROM outputs WHERE job = j.id) o)"
                        + " AS frames,"
                        + " (SELECT COALESCE(SUM(b.size), 0) FROM (SELECT DISTINCT preview"
                        + " FROM looks WHERE job = j.id AND preview IS NOT NULL) l"
                        + " JOIN blobs b ON b.digest = l.preview) AS previews,"
                        + " (SELECT COALESCE(SUM(b.size), 0) FROM (SELECT DISTINCT log"
                        + " FROM attempts WHERE job = j.id AND log IS NOT NULL) a"
                        + " JOIN blobs b ON b.digest = a.log) AS logs"
                        + " FROM jobs j ORDER BY j.id")
                .map(
                    (row, _) ->
                        new Holding(
                            row.getString("id"),
                            row.getString("name"),
                            row.getString("owner"),
                            row.getString("project"),
                            JobState.ofWord(row.getString("state")),
                            RowReader.longOrNull(row, "finished_at"),
                            row.getLong("scenes"),
                            row.getLong("frames"),
                            row.getLong("previews"),
                            row.getLong("logs")))
                .list());
  }

  @Override
  public long freed(List<Item> items) {
    Set<List<Object>> going = going(items);
    return items.isEmpty()
        ? 0
        : readers.readLong(
            handle -> {
              Freed freed = new Freed();
              handle
                  .createQuery(
                      "SELECT r.digest, r.job, r.part, b.size FROM"
                          + " (SELECT digest, job, 'frames' AS part FROM outputs"
                          + " UNION ALL SELECT digest, job, 'scenes' FROM job_inputs"
                          + " UNION ALL SELECT log, job, 'logs' FROM attempts"
                          + " WHERE log IS NOT NULL"
                          + " UNION ALL SELECT preview, job, 'previews' FROM looks"
                          + " WHERE preview IS NOT NULL"
                          + " UNION ALL SELECT digest, '', 'renderers' FROM renderer_archives) r"
                          + " JOIN blobs b ON b.digest = r.digest ORDER BY r.digest")
                  .map(
                      (row, _) -> {
                        freed.hear(
                            row.getString("digest"),
                            row.getLong("size"),
                            going.contains(List.of(row.getString("job"), row.getString("part"))));
                        return 0;
                      })
                  .forEach(_ -> {});
              return freed.bytes();
            });
  }

  /** Adds up blobs of which all that holds them goes; hears what holds a blob in a row. */
  private static final class Freed {
    private String digest = "";
    private long size;
    private boolean goes;
    private long bytes;

    void hear(String next, long nextSize, boolean nextGoes) {
      if (!next.equals(digest)) {
        bytes += goes ? size : 0;
        digest = next;
        size = nextSize;
        goes = true;
      }
      goes &= nextGoes;
    }

    long bytes() {
      return bytes + (goes ? size : 0);
    }
  }

  /** Which part of which job goes; with a whole job all of them. */
  static Set<List<Object>> going(List<Item> items) {
    Set<List<Object>> going = new HashSet<>();
    for (Item item : items) {
      String job = item.holding().job();
      JobPart part = item.part();
      if (part != null) {
        going.add(List.of(job, part.word()));
      } else {
        for (String all : List.of("frames", "scenes", "logs", "previews")) {
          going.add(List.of(job, all));
        }
      }
    }
    return going;
  }

  @Override
  public List<Total> totals() {
    return readers.readLong(
        handle ->
            handle
                .createQuery(
                    "SELECT kind, COALESCE(SUM(size), 0) AS bytes, COUNT(*) AS blobs FROM (SELECT"
                        + " b.size, CASE WHEN EXISTS (SELECT 1 FROM outputs r JOIN jobs j ON j.id ="
                        + " r.job WHERE r.digest = b.digest) THEN 'frames' WHEN EXISTS (SELECT 1"
                        + " FROM job_inputs r JOIN jobs j ON j.id = r.job WHERE r.digest ="
                        + " b.digest) THEN 'scenes' WHEN EXISTS (SELECT 1 FROM attempts r JOIN jobs"
                        + " j ON j.id = r.job WHERE r.log = b.digest) THEN 'logs' WHEN EXISTS"
                        + " (SELECT 1 FROM looks r JOIN jobs j ON j.id = r.job WHERE r.preview ="
                        + " b.digest) THEN 'previews' WHEN EXISTS (SELECT 1 FROM renderer_archives"
                        + " r WHERE r.digest = b.digest) THEN 'renderers' ELSE 'unused' END AS kind"
                        + " FROM blobs b) each_blob GROUP BY kind ORDER BY kind")
                .map(
                    (row, _) ->
                        new Total(
                            row.getString("kind"), row.getLong("bytes"), row.getLong("blobs")))
                .list());
  }

  @Override
  public boolean isSweeping() {
    return readers.read(
        handle ->
            handle
                    .createQuery(
                        "SELECT CASE WHEN EXISTS (SELECT 1 FROM cleaned WHERE swept = 0)"
                            + " OR EXISTS (SELECT 1 FROM deleted_jobs) THEN 1 ELSE 0 END")
                    .mapTo(Integer.class)
                    .one()
                != 0);
  }

  @Override
  public List<CleanRule> rules() {
    return readers.read(
        handle ->
            handle
                .createQuery("SELECT * FROM clean_rules ORDER BY number")
                .map((row, _) -> rule(row))
                .list());
  }

  private static CleanRule rule(ResultSet row) throws SQLException {
    String part = Objects.requireNonNull(row.getString("part"));
    Long days = RowReader.longOrNull(row, "older_than_days");
    return new CleanRule(
        part.equals(WHOLE) ? null : JobPart.ofWord(part),
        days == null ? null : Integer.valueOf(Math.toIntExact(days)),
        RowReader.longOrNull(row, "more_than_bytes"),
        Arrays.stream(Objects.requireNonNull(row.getString("states")).split(",", -1))
            .map(JobState::ofWord)
            .collect(Collectors.toSet()),
        row.getString("project"));
  }

  @Override
  public void rules(List<CleanRule> rules) {
    writer.write(
        session -> {
          int written = session.update("DELETE FROM clean_rules");
          int number = 0;
          for (CleanRule rule : rules) {
            written +=
                session.update(
                    "INSERT INTO clean_rules (number, part, older_than_days, more_than_bytes,"
                        + " states, project) VALUES (?, ?, ?, ?, ?, ?)",
                    ++number,
                    word(rule.part()),
                    rule.olderThanDays(),
                    rule.moreThanBytes(),
                    rule.states().stream()
                        .map(JobState::word)
                        .sorted()
                        .collect(Collectors.joining(",")),
                    rule.project());
          }
          return written;
        });
  }

  private static String word(@Nullable JobPart part) {
    return part == null ? WHOLE : part.word();
  }
}

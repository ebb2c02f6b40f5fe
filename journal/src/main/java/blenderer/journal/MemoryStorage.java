package blenderer.journal;

import blenderer.cas.BlobIndex;
import blenderer.cas.BlobRow;
import blenderer.core.CleanRule;
import blenderer.core.History;
import blenderer.core.MemoryJournal;
import blenderer.core.Retention.Holding;
import blenderer.core.Retention.Item;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.JobPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Figures of the store in memory: the twin of those in SQL, for tests. */
public final class MemoryStorage implements StorageLog {

  private final MemoryJournal journal;
  private final BlobIndex blobs;
  private List<CleanRule> rules = List.of();

  public MemoryStorage(MemoryJournal journal, BlobIndex blobs) {
    this.journal = journal;
    this.blobs = blobs;
  }

  private List<Row.Job> jobs() {
    return journal
        .jobs(new History.JobFilter(null, null, null), null, Integer.MAX_VALUE)
        .reversed()
        .stream()
        .map(History.JobView::job)
        .toList();
  }

  private long bytes(String job, @Nullable JobPart part) {
    return blobs.find(List.copyOf(journal.digestsOf(job, part))).values().stream()
        .mapToLong(BlobRow::size)
        .sum();
  }

  @Override
  public List<Holding> holdings() {
    return jobs().stream()
        .map(
            job ->
                new Holding(
                    job.id(),
                    job.name(),
                    job.owner(),
                    job.project(),
                    job.state(),
                    job.finishedAt(),
                    bytes(job.id(), JobPart.SCENES),
                    bytes(job.id(), JobPart.FRAMES),
                    bytes(job.id(), null),
                    bytes(job.id(), JobPart.LOGS)))
        .toList();
  }

  @Override
  public long freed(List<Item> items) {
    Set<List<Object>> going = SqlStorage.going(items);
    Set<Digest> gone = new HashSet<>();
    Set<Digest> kept = new HashSet<>();
    for (Row.Job job : jobs()) {
      for (JobPart part :
          new @Nullable JobPart[] {JobPart.FRAMES, JobPart.SCENES, JobPart.LOGS, null}) {
        boolean goes = going.contains(List.of(job.id(), part == null ? "previews" : part.word()));
        (goes ? gone : kept).addAll(journal.digestsOf(job.id(), part));
      }
    }
    gone.removeAll(kept);
    return blobs.find(List.copyOf(gone)).values().stream().mapToLong(BlobRow::size).sum();
  }

  @Override
  public List<Total> totals() {
    Set<Digest> seen = new HashSet<>();
    List<Total> totals = new ArrayList<>();
    for (JobPart part :
        new @Nullable JobPart[] {JobPart.FRAMES, JobPart.SCENES, JobPart.LOGS, null}) {
      Set<Digest> mine = new HashSet<>();
      jobs().forEach(job -> mine.addAll(journal.digestsOf(job.id(), part)));
      mine.removeAll(seen);
      seen.addAll(mine);
      add(totals, part == null ? "previews" : part.word(), mine);
    }
    Set<Digest> others = new HashSet<>();
    for (BlobRow row : blobs.list(null, BlobIndex.BATCH)) {
      if (!seen.contains(row.digest())) {
        others.add(row.digest());
      }
    }
    add(totals, "unused", others);
    return totals;
  }

  private void add(List<Total> totals, String kind, Set<Digest> digests) {
    if (!digests.isEmpty()) {
      totals.add(
          new Total(
              kind,
              blobs.find(List.copyOf(digests)).values().stream().mapToLong(BlobRow::size).sum(),
              digests.size()));
    }
  }

  @Override
  public boolean isSweeping() {
    return false;
  }

  @Override
  public synchronized List<CleanRule> rules() {
    return rules;
  }

  @Override
  public synchronized void rules(List<CleanRule> newer) {
    rules = List.copyOf(newer);
  }
}

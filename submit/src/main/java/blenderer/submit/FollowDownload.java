package blenderer.submit;

import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.Jobs;
import blenderer.api.LocalFileException;
import blenderer.api.TransferProgress;
import blenderer.cas.FileDigest;
import blenderer.model.Digest;
import blenderer.model.WorkspacePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a job's files into a folder, each whole, verified and renamed into place. Never writes
 * over a file that an earlier download of the same job did not write. One thread.
 */
public final class FollowDownload {

  private static final int AT_ONCE = 4;
  private static final Duration LOOK_ANEW = Duration.ofSeconds(20);

  /** Hears of each file. */
  public interface Listener {
    /** Bytes of the file under way; from several threads. */
    default void moved(long bytes) {}

    /** A file is in its place. */
    default void landed(Path file) {}

    /** A file was there already, with the right content. */
    default void kept(Path file) {}

    /** A file cannot be written; the others go on. */
    default void refused(SubmitException why) {}
  }

  /**
   * What was done.
   *
   * @param landed how many files were written
   * @param kept how many were there already
   * @param bytes how many bytes were written
   */
  public record Result(int landed, int kept, long bytes) {}

  private final Shelf farm;
  private final Path folder;
  private final Listener listener;
  private final List<SubmitException> refused = new ArrayList<>();
  private int landed;
  private int kept;
  private long bytes;
  private @Nullable String after;

  public FollowDownload(FarmClient client, Path folder, Listener listener) {
    this(Shelf.of(client), folder, listener);
  }

  FollowDownload(Shelf farm, Path folder, Listener listener) {
    this.farm = farm;
    this.folder = folder.toAbsolutePath().normalize();
    this.listener = listener;
  }

  /**
   * Fetches what the job has made so far.
   *
   * @param job the job's full id
   * @throws SubmitException when a file could not be written; all others were
   */
  public Result fetch(String job) {
    prepare();
    drain(job);
    return result();
  }

  /**
   * Fetches files as they land until the job has ended.
   *
   * @throws SubmitException when a file could not be written; all others were
   */
  public Result follow(JobWatch watch) {
    prepare();
    while (true) {
      Jobs.Job job = watch.next(LOOK_ANEW).orElse(null);
      if (job == null) {
        continue;
      }
      // In this order: what was committed before the end is seen after the end.
      boolean finished = JobWatch.isFinished(job);
      try {
        drain(job.id());
      } catch (FarmException e) {
        // What cannot be had just now comes with the next news; at the end it must be had.
        if (finished || !e.mayPass()) {
          throw e;
        }
      }
      if (finished) {
        return result();
      }
    }
  }

  /** Fetches what came since the last call, and does not complain at the end. */
  public void step(String job) {
    prepare();
    drain(job);
  }

  /**
   * What was done up to now.
   *
   * @throws SubmitException when a file could not be written
   */
  public Result result() {
    if (refused.isEmpty()) {
      return new Result(landed, kept, bytes);
    }
    if (refused.size() == 1) {
      throw refused.getFirst();
    }
    throw new SubmitException(
        refused.getFirst().code(),
        refused.size() + " files could not be written to '" + folder + "'.",
        refused.getFirst().next(),
        refused.stream().map(SubmitException::sentence).toList(),
        null);
  }

  private void prepare() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw LocalFileException.unwritable(folder, e);
    }
  }

  private void drain(String job) {
    while (true) {
      Jobs.OutputPage page = farm.outputs(job, after);
      write(job, page.outputs());
      after = page.next();
      if (!page.more()) {
        return;
      }
    }
  }

  /** One page: first all that will be written is put on record, then it is fetched. */
  private void write(String job, List<Jobs.Output> outputs) {
    Map<String, Jobs.Output> wanted = new LinkedHashMap<>();
    for (Jobs.Output output : outputs) {
      if (output.current()) {
        wanted.put(output.path(), output);
      }
    }
    DownloadRecord record = new DownloadRecord(folder);
    List<Jobs.Output> fetch = new ArrayList<>();
    for (Jobs.Output output : wanted.values()) {
      try {
        if (isWanted(record, job, output)) {
          fetch.add(output);
          record.expect(job, output.path(), output.digest());
        }
      } catch (SubmitException e) {
        refused.add(e);
        listener.refused(e);
      }
    }
    if (fetch.isEmpty()) {
      return;
    }
    record.save();
    List<Parallel.Task<Path>> tasks = new ArrayList<>();
    TransferProgress progress = listener::moved;
    for (Jobs.Output output : fetch) {
      tasks.add(
          () -> {
            Path target = folder.resolve(output.path());
            farm.download(new Digest(output.digest()), target, progress);
            listener.landed(target);
            return target;
          });
    }
    Parallel.all(AT_ONCE, "download", tasks);
    landed += fetch.size();
    bytes += fetch.stream().mapToLong(Jobs.Output::size).sum();
  }

  private boolean isWanted(DownloadRecord record, String job, Jobs.Output output) {
    Path target = target(output.path());
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    String there = digestOf(target);
    if (there.equals(output.digest())) {
      kept++;
      listener.kept(target);
      return false;
    }
    if (record.wrote(job, output.path(), there)) {
      return true;
    }
    throw new SubmitException(
        "file-in-the-way",
        "'"
            + target
            + "' is there already and "
            + record
                .owner(output.path())
                .filter(owner -> !owner.equals(job))
                .map(owner -> "belongs to the job " + owner + ".")
                .orElse("was not written by this download."),
        "Move it away, or download to another folder.");
  }

  private static String digestOf(Path file) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return "";
    }
    try {
      return FileDigest.of(file).map(found -> found.digest().hex()).orElse("");
    } catch (IOException e) {
      throw LocalFileException.unreadable(file, e);
    }
  }

  /** The path comes from another computer: it must stay in the folder, also through links. */
  private Path target(String path) {
    try {
      WorkspacePath.check(path);
    } catch (IllegalArgumentException e) {
      throw hostile(String.valueOf(e.getMessage()));
    }
    if (WorkspacePath.folded(path).startsWith(DownloadRecord.NAME)) {
      throw hostile("the path '" + path + "' is the download's own");
    }
    Path target = folder.resolve(path);
    for (Path at = target.getParent(); at != null && !at.equals(folder); at = at.getParent()) {
      if (Files.isSymbolicLink(at)) {
        throw hostile("the path '" + path + "' leads through the link '" + at + "'");
      }
    }
    return target;
  }

  private static SubmitException hostile(String why) {
    return new SubmitException(
        "output-path-refused",
        "The job has a file whose place is refused: " + why + ".",
        "Look at what the job does; a good renderer does not do that.");
  }
}

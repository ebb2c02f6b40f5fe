package blenderer.node.fetched;

import blenderer.api.Archives;
import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.model.RetryClass;
import blenderer.model.Version;
import blenderer.node.cache.DiskRoom;
import blenderer.node.render.InstalledRenderer;
import blenderer.renderers.archives.ArchiveLimits;
import blenderer.renderers.archives.ArchiveUnpacker;
import blenderer.renderers.archives.BadArchiveException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the farm has of renderers for computers like this one. The node tells its farm of all of
 * them, as if they were here; one that turns out not to work it tells of no more.
 *
 * <p>One archive lies in a folder named by its digest; it is put there by one rename, after it was
 * checked. A folder of another name is what a crash left.
 */
public final class FarmRenderers {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  /** Gets blobs onto this computer. */
  @FunctionalInterface
  public interface Fetcher {
    /**
     * The file of a blob, kept until {@code use} has ended.
     *
     * @throws Unavailable with what to tell the lease
     */
    void fetch(Digest digest, long size, Use use) throws Unavailable, InterruptedException;

    /** What is done with the file. */
    @FunctionalInterface
    interface Use {
      void of(Path file) throws Unavailable, InterruptedException;
    }
  }

  /** The renderer cannot be had; says so to the lease. */
  public static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Failure failure;

    public Unavailable(Failure failure) {
      super(failure.message());
      this.failure = failure;
    }

    public Failure failure() {
      return failure;
    }

    private static Unavailable of(String code, String message) {
      return new Unavailable(new Failure(code, message, RetryClass.ELSEWHERE));
    }
  }

  /** A renderer in use; closing it lets it go. */
  public final class Held implements AutoCloseable {
    private final InstalledRenderer renderer;
    private final Entry entry;
    private boolean closed;

    private Held(InstalledRenderer renderer, Entry entry) {
      this.renderer = renderer;
      this.entry = entry;
    }

    public InstalledRenderer renderer() {
      return renderer;
    }

    @Override
    public void close() {
      synchronized (FarmRenderers.this) {
        if (!closed) {
          closed = true;
          letGo(entry);
        }
      }
    }
  }

  /** One archive that the server has or had. */
  private static final class Entry {
    private final Archives.Archive archive;
    private volatile @Nullable InstalledRenderer here;
    private volatile boolean refused;
    private boolean gone;
    private int uses;

    Entry(Archives.Archive archive) {
      this.archive = archive;
    }

    /**
     * Once it is here, as it says of itself: only then is it known which graphics cards it finds.
     */
    Renderer claim() {
      InstalledRenderer known = here;
      if (known != null) {
        return known.renderer();
      }
      return new Renderer(
          archive.renderer(), archive.version(), archive.features(), archive.build());
    }
  }

  /** Below an archive's folder: what was in it, and a file that says where in it the program is. */
  private static final String FILES = "files";

  private static final String PROGRAM = "program";

  private final Path folder;
  private final long bound;
  private final DiskRoom disk;
  private final Asker asker;
  private final Runnable changed;
  private final Archives.Platform platform;
  private final boolean trusted;

  private boolean said;

  /** By the archive's digest, used longest ago first. */
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private FarmRenderers(
      Path folder,
      long bound,
      DiskRoom disk,
      Asker asker,
      Runnable changed,
      Archives.Platform platform,
      boolean trusted) {
    this.folder = folder;
    this.bound = bound;
    this.disk = disk;
    this.asker = asker;
    this.changed = changed;
    this.platform = platform;
    this.trusted = trusted && bound > 0;
  }

  /**
   * Opens the folder with what earlier runs left in it.
   *
   * @param bound how many bytes of unpacked renderers may lie there
   * @param changed called when {@link #claims} has changed
   * @param trusted whether programs of the farm may run here at all
   */
  public static FarmRenderers open(
      Path folder,
      long bound,
      DiskRoom disk,
      Asker asker,
      Runnable changed,
      Archives.Platform platform,
      boolean trusted)
      throws IOException {
    Files.createDirectories(folder);
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path one : all) {
        if (!Digest.isValid(String.valueOf(one.getFileName()))) {
          ArchiveUnpacker.delete(one);
        }
      }
    }
    return new FarmRenderers(folder, bound, disk, asker, changed, platform, trusted);
  }

  /** The server has exactly these. */
  public void wanted(List<Archives.Archive> archives) {
    boolean news = false;
    synchronized (this) {
      if (!trusted && !archives.isEmpty() && !said) {
        said = true;
        LOG.info(
            "Takes no renderers from the farm: it has no sandbox to run them in, or no room is"
                + " given to them");
      }
      Map<String, Archives.Archive> fitting = new LinkedHashMap<>();
      for (Archives.Archive archive : archives) {
        if (trusted
            && Digest.isValid(archive.digest())
            && platform.equals(new Archives.Platform(archive.os(), archive.processor()))) {
          fitting.put(archive.digest(), archive);
        }
      }
      for (Entry entry : List.copyOf(entries.values())) {
        if (!fitting.containsKey(entry.archive.digest()) && !entry.gone) {
          entry.gone = true;
          news = true;
          LOG.info("The farm has {} no more", entry.claim().label());
          if (entry.uses == 0) {
            drop(entry);
          }
        }
      }
      for (Archives.Archive archive : fitting.values()) {
        Entry known = entries.get(archive.digest());
        if (known == null) {
          entries.put(archive.digest(), new Entry(archive));
          news = true;
        } else if (known.gone) {
          known.gone = false;
          known.refused = false;
          news = true;
        }
      }
      dropStrangers();
    }
    if (news) {
      changed.run();
    }
  }

  /** What the farm took away while this node was not running. */
  private void dropStrangers() {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path one : all) {
        String name = String.valueOf(one.getFileName());
        if (Digest.isValid(name) && !entries.containsKey(name)) {
          ArchiveUnpacker.delete(one);
        }
      }
    } catch (IOException e) {
      LOG.warn("What the farm no longer has cannot be deleted: {}", e.getMessage());
    }
  }

  /** What this node can have, here already or not. */
  public synchronized List<Renderer> claims() {
    return entries.values().stream()
        .filter(entry -> !entry.gone && !entry.refused)
        .map(Entry::claim)
        .sorted(Comparator.comparing(Renderer::build))
        .toList();
  }

  /**
   * The renderer for a job: the oldest that fits, fetched if it is not here.
   *
   * @return empty: the farm has none that fits
   */
  public Optional<Held> obtain(Requirement wanted, Fetcher fetcher)
      throws Unavailable, InterruptedException {
    Entry entry;
    synchronized (this) {
      Optional<Entry> found =
          entries.values().stream()
              .filter(one -> !one.gone && !one.refused && wanted.fits(one.claim()))
              .min(
                  Comparator.comparing((Entry one) -> Version.parse(one.archive.version()))
                      .thenComparing(one -> one.archive.build()));
      if (found.isEmpty()) {
        return Optional.empty();
      }
      entry = found.get();
      entry.uses++;
      entries.remove(entry.archive.digest());
      entries.put(entry.archive.digest(), entry);
    }
    boolean done = false;
    try {
      // Two leases that want the same archive get it one after the other, the second at once.
      synchronized (entry) {
        InstalledRenderer renderer = entry.here;
        if (renderer == null) {
          renderer = bring(entry, fetcher);
          boolean more = !renderer.renderer().equals(entry.claim());
          entry.here = renderer;
          if (more) {
            changed.run();
          }
        }
        done = true;
        return Optional.of(new Held(renderer, entry));
      }
    } finally {
      if (!done) {
        letGo(entry);
      }
    }
  }

  private synchronized void letGo(Entry entry) {
    entry.uses--;
    if (entry.gone && entry.uses == 0) {
      drop(entry);
    }
  }

  private InstalledRenderer bring(Entry entry, Fetcher fetcher)
      throws Unavailable, InterruptedException {
    if (entry.refused) {
      throw Unavailable.of(
          "renderer-refused",
          "The renderer " + entry.claim().label() + " from the farm does not work on this node.");
    }
    Archives.Archive archive = entry.archive;
    Path place = folder.resolve(archive.digest());
    String label = entry.claim().label();
    try {
      boolean kept = Files.isDirectory(place);
      if (!kept) {
        fetch(entry, fetcher, place);
      }
      // Asked and read again at each start of the node.
      Renderer said = asker.ask(archive.renderer(), program(place));
      if (kept && !said.build().equals(archive.build())) {
        LOG.warn("The files of {} have changed on this disk; fetching them again", label);
        ArchiveUnpacker.delete(place);
        fetch(entry, fetcher, place);
        said = asker.ask(archive.renderer(), program(place));
      }
      if (!said.build().equals(archive.build())) {
        ArchiveUnpacker.delete(place);
        throw refuse(entry, "its files are not those that the admin added");
      }
      if (!said.version().equals(archive.version())
          || !said.features().containsAll(archive.features())) {
        throw refuse(entry, "on this computer it is " + said.version() + " and can do less");
      }
      LOG.info("{} from the farm is ready", label);
      return new InstalledRenderer(said, program(place));
    } catch (IOException e) {
      throw refuse(entry, e.getMessage() + "");
    }
  }

  private void fetch(Entry entry, Fetcher fetcher, Path place)
      throws Unavailable, InterruptedException {
    makeRoom(entry);
    LOG.info("Fetching {} from the farm", entry.claim().label());
    fetcher.fetch(
        new Digest(entry.archive.digest()),
        entry.archive.size(),
        file -> unpack(entry, file, place));
  }

  private void unpack(Entry entry, Path file, Path place) throws Unavailable {
    Path fresh = folder.resolve(entry.archive.digest() + ".new");
    try {
      ArchiveUnpacker.delete(fresh);
      Files.createDirectory(fresh);
      ArchiveUnpacker.Unpacked unpacked =
          ArchiveUnpacker.unpack(
              file,
              fresh.resolve(FILES),
              List.of(entry.archive.renderer()),
              new ArchiveLimits(
                  Math.min(entry.archive.unpackedBytes(), ArchiveLimits.USUAL.bytes()),
                  ArchiveLimits.USUAL.entries()));
      Files.writeString(
          fresh.resolve(PROGRAM), unpacked.folder().relativize(unpacked.program()).toString());
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (BadArchiveException e) {
      throw refuse(entry, "the archive cannot be used: " + e.sentence());
    } catch (IOException e) {
      throw Unavailable.of(
          "node-disk",
          "The renderer "
              + entry.claim().label()
              + " cannot be unpacked on this node: "
              + e.getMessage()
              + ".");
    }
  }

  private static Path program(Path place) throws IOException {
    Path root = place.resolve(FILES).toRealPath();
    Path program = root.resolve(Files.readString(place.resolve(PROGRAM))).toRealPath();
    if (!program.startsWith(root)) {
      throw new IOException("its program lies elsewhere");
    }
    return program;
  }

  /** Told of no more until the admin adds it again or the node starts anew. */
  private Unavailable refuse(Entry entry, String reason) {
    String label = entry.claim().label();
    LOG.warn("Left out: the {} of the farm does not work here: {}", label, reason);
    synchronized (this) {
      entry.refused = true;
    }
    changed.run();
    return Unavailable.of(
        "renderer-refused",
        "The renderer " + label + " from the farm does not work on this node: " + reason + ".");
  }

  private synchronized void makeRoom(Entry wanted) throws Unavailable {
    long needed = wanted.archive.unpackedBytes();
    List<Entry> there = new ArrayList<>();
    long used = 0;
    for (Entry entry : entries.values()) {
      if (entry != wanted && Files.isDirectory(folder.resolve(entry.archive.digest()))) {
        there.add(entry);
        used += entry.archive.unpackedBytes();
      }
    }
    for (Entry entry : there) {
      if (used + needed <= bound && disk.spare() >= needed) {
        break;
      }
      if (entry.uses == 0) {
        LOG.info("{} from the farm makes room for another", entry.claim().label());
        delete(entry);
        used -= entry.archive.unpackedBytes();
      }
    }
    if (used + needed > bound || disk.spare() < needed) {
      throw Unavailable.of(
          "renderer-room",
          "The renderer "
              + wanted.claim().label()
              + " needs "
              + (needed >> 20)
              + " MiB, more than this node has left for renderers (--renderers-size) or on its"
              + " disk.");
    }
  }

  private void drop(Entry entry) {
    entries.remove(entry.archive.digest());
    delete(entry);
  }

  private void delete(Entry entry) {
    entry.here = null;
    try {
      ArchiveUnpacker.delete(folder.resolve(entry.archive.digest()));
    } catch (IOException e) {
      LOG.warn("{} cannot be deleted: {}", entry.claim().label(), e.getMessage());
    }
  }
}

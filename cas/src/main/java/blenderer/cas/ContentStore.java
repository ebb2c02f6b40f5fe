package blenderer.cas;

import blenderer.cas.BlobBackend.Found;
import blenderer.cas.StoreResult.NoSpace;
import blenderer.cas.StoreResult.OfCommit;
import blenderer.cas.StoreResult.OfOpen;
import blenderer.cas.StoreResult.OfPart;
import blenderer.cas.StoreResult.OfPut;
import blenderer.cas.StoreResult.Opened;
import blenderer.cas.StoreResult.Stored;
import blenderer.cas.StoreResult.UnknownUpload;
import blenderer.cas.UploadFolder.Note;
import blenderer.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's blobs: what is in the store, uploads in parts, deletion, sweeping. Safe for many
 * threads; one process at a time on one folder.
 *
 * <p>The only order of steps: bytes → their name → row; and row → file when deleting. Both pairs
 * happen under the digest's lock, so that a delete and an upload of the same bytes cannot leave a
 * row without a file.
 */
public final class ContentStore {

  /** How long a blob is safe from removal after a find-missing answer or an upload. */
  public static final Duration HOLD = Duration.ofDays(1);

  /** How long an upload may lie still before it is thrown away. */
  public static final Duration UPLOAD_LIFE = Duration.ofDays(1);

  /** Removed in one change of the index, while uploads of these digests wait. */
  private static final int DELETE_BATCH = 200;

  private record Open(Note note, PartFile part) {
    Upload snapshot() {
      return new Upload(note.id(), note.digest(), note.size(), note.owner(), part.received());
    }
  }

  private final BlobFiles files;
  private final BlobBackend backend;
  private final BlobIndex index;
  private final SpaceGuard space;
  private final InstantSource clock;
  private final Step.Watcher watcher;
  private final UploadFolder folder;
  private final DigestLocks locks = new DigestLocks();
  private final ConcurrentHashMap<String, Open> uploads = new ConcurrentHashMap<>();

  private ContentStore(
      BlobFiles files,
      BlobBackend backend,
      BlobIndex index,
      SpaceGuard space,
      InstantSource clock,
      Step.Watcher watcher) {
    this.files = files;
    this.backend = backend;
    this.index = new FreshRows(index, clock);
    this.space = space;
    this.clock = clock;
    this.watcher = watcher;
    folder = new UploadFolder(files.root().resolve("uploads"));
    for (Note note : folder.load()) {
      uploads.put(note.id(), begin(note));
    }
  }

  /**
   * Opens the store below {@code root}, with the uploads that were under way. Quick; {@link #sweep}
   * does what takes long.
   *
   * @throws CasException also when {@code index} has rows but the folder never held a store, as
   *     when a disk is not mounted
   */
  public static ContentStore open(
      Path root, BlobIndex index, SpaceGuard space, InstantSource clock) {
    return open(root, index, space, clock, Step.Watcher.NOBODY);
  }

  static ContentStore open(
      Path root, BlobIndex index, SpaceGuard space, InstantSource clock, Step.Watcher watcher) {
    if (!BlobFiles.isStore(root) && !index.list(null, 1).isEmpty()) {
      throw new CasException(
          "the index names blobs, but " + root + " holds none; is its disk mounted?");
    }
    BlobFiles files = BlobFiles.open(root, watcher);
    return new ContentStore(files, files, index, space, clock, watcher);
  }

  /**
   * Opens a store whose blobs lie in {@code backend}; below {@code root} lies only what is on its
   * way there.
   */
  public static ContentStore open(
      Path root, BlobBackend backend, BlobIndex index, SpaceGuard space, InstantSource clock) {
    Step.Watcher nobody = Step.Watcher.NOBODY;
    return new ContentStore(BlobFiles.open(root, nobody), backend, index, space, clock, nobody);
  }

  /**
   * Those of {@code digests} that the store lacks. The others are held for {@link #HOLD}. A blob
   * whose file is lost or of the wrong length counts as missing and loses its row.
   */
  public Set<Digest> findMissing(Collection<Digest> digests) {
    Set<Digest> missing = new LinkedHashSet<>();
    List<Digest> all = List.copyOf(new LinkedHashSet<>(digests));
    for (int from = 0; from < all.size(); from += BlobIndex.BATCH) {
      List<Digest> some = all.subList(from, Math.min(all.size(), from + BlobIndex.BATCH));
      Map<Digest, BlobRow> rows = hold(some);
      for (Digest digest : some) {
        BlobRow row = rows.get(digest);
        if (row == null || (!backend.seemsThere(digest, row.size()) && forgetIfLost(row))) {
          missing.add(digest);
        }
      }
    }
    return missing;
  }

  private Map<Digest, BlobRow> hold(Collection<Digest> digests) {
    long now = clock.millis();
    return index.hold(digests, now, now + HOLD.toMillis());
  }

  private boolean forgetIfLost(BlobRow row) {
    if (backend.has(row.digest(), row.size())) {
      return false;
    }
    ReentrantLock lock = locks.of(row.digest());
    lock.lock();
    try {
      // Looked at again: an upload or a delete may have been between its two steps.
      BlobRow now = index.find(List.of(row.digest())).get(row.digest());
      if (now == null || backend.has(now.digest(), now.size())) {
        return now == null;
      }
      index.forget(now.digest());
      backend.delete(now.digest());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens an upload, or finds the one that this owner began for the same digest and size, also
   * before a restart. {@link Stored} says that the blob is there already; it is held.
   */
  public OfOpen openUpload(Digest digest, long size, Uploader owner) {
    if (findMissing(List.of(digest)).isEmpty()) {
      return new Stored(digest, size);
    }
    String id = UploadFolder.idOf(digest, size, owner);
    Open known = uploads.get(id);
    long wanted = size - (known == null ? 0 : known.part().received());
    Optional<NoSpace> refusal = space.refusal(owner.kind(), wanted);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    try {
      Open open = uploads.get(id);
      if (open == null) {
        open = uploads.computeIfAbsent(id, _ -> note(new Note(id, digest, size, owner, now())));
      }
      return new Opened(open.snapshot());
    } catch (CasException e) {
      if (e.getCause() instanceof IOException cause && Disk.isFull(cause)) {
        return new NoSpace(space.free().getAsLong(), 0, size);
      }
      throw e;
    }
  }

  private Open note(Note note) {
    try {
      folder.write(note);
      watcher.at(Step.UPLOAD_NOTED);
    } catch (IOException e) {
      throw new CasException("cannot note the upload of " + note.digest(), e);
    }
    return begin(note);
  }

  private Open begin(Note note) {
    return new Open(
        note, PartFile.open(folder.part(note.id()), note.digest(), note.size(), watcher));
  }

  /** The upload of that id; the caller compares its owner. */
  public Optional<Upload> upload(String id) {
    return Optional.ofNullable(uploads.get(id)).map(Open::snapshot);
  }

  /**
   * Takes one part, as {@link PartFile#append} says.
   *
   * @param length how many bytes to read from {@code in}
   */
  public OfPart write(String id, long offset, InputStream in, long length) {
    Open open = uploads.get(id);
    if (open == null) {
      return new UnknownUpload(id);
    }
    Optional<NoSpace> refusal = space.refusal(open.note().owner().kind(), length);
    if (refusal.isPresent() && offset + length > open.part().received()) {
      return refusal.get();
    }
    OfPart result = named(open.part().append(offset, in, length), id);
    touch(open);
    return result;
  }

  private static OfPart named(OfPart result, String id) {
    return result instanceof UnknownUpload ? new UnknownUpload(id) : result;
  }

  private void touch(Open open) {
    try {
      folder.touch(open.note().id(), now());
    } catch (IOException e) {
      // The note goes when the upload ends meanwhile; a missed touch only shortens its day.
    }
  }

  /**
   * Ends an upload. When this answers {@link Stored}, the blob survives any crash and is held for
   * {@link #HOLD}. After an exception of the index it may be called again.
   */
  public OfCommit commit(String id) {
    Open open = uploads.get(id);
    if (open == null) {
      return new UnknownUpload(id);
    }
    Note note = open.note();
    OfCommit end = open.part().finish(verified -> place(verified, note.digest(), note.size()));
    switch (end) {
      case Stored _, StoreResult.WrongBytes _, UnknownUpload _ -> close(open);
      case StoreResult.Incomplete _, NoSpace _ -> {}
    }
    return end instanceof UnknownUpload ? new UnknownUpload(id) : end;
  }

  private void close(Open open) {
    String id = open.note().id();
    // Forgotten inside the map's lock, so that a new upload of the same id is not taken away.
    uploads.computeIfPresent(
        id,
        (_, now) -> {
          if (now != open) {
            return now;
          }
          folder.remove(id);
          return null;
        });
  }

  private boolean place(Path verified, Digest digest, long size) throws IOException {
    ReentrantLock lock = locks.of(digest);
    lock.lock();
    try {
      if (!backend.adopt(verified, digest, size)) {
        return false;
      }
      addRow(digest, size);
      watcher.at(Step.ROW_ADDED);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void addRow(Digest digest, long size) {
    long now = now();
    index.add(new BlobRow(digest, size, now, now + HOLD.toMillis()));
  }

  /** Throws an upload away; false if there was none. */
  public boolean abandon(String id) {
    Open open = uploads.get(id);
    if (open == null) {
      return false;
    }
    open.part().discard();
    close(open);
    return true;
  }

  /** Stores a whole blob in one call; anything but {@link Stored} leaves nothing behind. */
  public OfPut put(Digest digest, long size, InputStream in, Uploader owner) {
    if (size <= backend.longestInMemory()) {
      return putFromMemory(digest, (int) size, in);
    }
    Optional<NoSpace> refusal = space.refusal(owner.kind(), size);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return files.put(digest, size, in, verified -> place(verified, digest, size));
  }

  /** Needs no room on this disk. */
  private OfPut putFromMemory(Digest digest, int size, InputStream in) {
    byte[] bytes;
    try {
      bytes = in.readNBytes(size);
    } catch (IOException e) {
      // The sender's trouble, not ours.
      return new StoreResult.Cut(0);
    }
    if (bytes.length < size) {
      return new StoreResult.Cut(bytes.length);
    }
    if (BlobFiles.hasMore(in)) {
      return new StoreResult.BeyondEnd(size);
    }
    Digest got = Digest.of(bytes);
    if (!got.equals(digest)) {
      return new StoreResult.WrongBytes(digest, got, size);
    }
    ReentrantLock lock = locks.of(digest);
    lock.lock();
    try {
      backend.store(bytes, digest);
      addRow(digest, size);
      return new Stored(digest, size);
    } finally {
      lock.unlock();
    }
  }

  /** Stores {@code bytes} under their own digest. */
  public OfPut put(byte[] bytes, Uploader owner) {
    return put(Digest.of(bytes), bytes.length, new ByteArrayInputStream(bytes), owner);
  }

  /** The rows of those {@code digests} that are in the store. Holds nothing. */
  public Map<Digest, BlobRow> find(Collection<Digest> digests) {
    Map<Digest, BlobRow> found = new HashMap<>();
    List<Digest> all = List.copyOf(digests);
    for (int from = 0; from < all.size(); from += BlobIndex.BATCH) {
      found.putAll(index.find(all.subList(from, Math.min(all.size(), from + BlobIndex.BATCH))));
    }
    return found;
  }

  /** At most {@code count} bytes from {@code offset} on; empty if the blob is not in the store. */
  public Optional<InputStream> open(Digest digest, long offset, long count) {
    return index.find(List.of(digest)).isEmpty()
        ? Optional.empty()
        : backend.open(digest, offset, count);
  }

  /**
   * Removes blobs that nothing holds and returns which. Whether a job needs one is for the caller
   * and the index to know (INV-5).
   */
  public Set<Digest> delete(Collection<Digest> digests) {
    Set<Digest> deleted = new HashSet<>();
    List<Digest> all = List.copyOf(digests);
    for (int from = 0; from < all.size(); from += DELETE_BATCH) {
      List<Digest> some = all.subList(from, Math.min(all.size(), from + DELETE_BATCH));
      List<ReentrantLock> held = locks.lockAll(some);
      try {
        Set<Digest> removed = index.removeUnheld(some, now());
        watcher.at(Step.ROW_REMOVED);
        for (Digest digest : removed) {
          backend.delete(digest);
          watcher.at(Step.FILE_DELETED);
        }
        deleted.addAll(removed);
      } catch (IOException e) {
        throw new CasException("cannot delete blobs", e);
      } finally {
        held.forEach(ReentrantLock::unlock);
      }
    }
    return deleted;
  }

  /**
   * Reads the blob again; if its bytes are no longer right, it leaves the store, so that the next
   * find-missing asks for it. False if it is not in the store (any more).
   */
  public boolean verify(Digest digest) {
    if (index.find(List.of(digest)).isEmpty()) {
      return false;
    }
    if (backend.verify(digest)) {
      return true;
    }
    ReentrantLock lock = locks.of(digest);
    lock.lock();
    try {
      if (backend.verify(digest)) {
        return true;
      }
      index.forget(digest);
      backend.delete(digest);
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes away files without a row, rows without a file and uploads that lie still. Looks at every
   * blob once; may run beside everything else, at start and daily.
   */
  public SweepReport sweep() {
    int orphans = 0;
    long orphanBytes = 0;
    List<Digest> lost = new ArrayList<>();
    for (int shard = 0; shard < 256; shard++) {
      Map<Digest, Found> there = backend.list(shard);
      Set<Digest> known = find(there.keySet()).keySet();
      for (Map.Entry<Digest, Found> one : there.entrySet()) {
        if (!known.contains(one.getKey())
            && one.getValue().settled()
            && deleteOrphan(one.getKey())) {
          orphans++;
          orphanBytes += one.getValue().size();
        }
      }
      for (BlobRow row : rowsOf(shard)) {
        Found found = there.get(row.digest());
        if ((found == null || found.size() != row.size()) && forgetIfLost(row)) {
          lost.add(row.digest());
        }
      }
    }
    return new SweepReport(orphans, orphanBytes, dropStaleUploads(), lost);
  }

  /** The rows whose digest begins with that byte. */
  private Iterable<BlobRow> rowsOf(int shard) {
    return () -> new RowsOfShard(index, shard);
  }

  private boolean deleteOrphan(Digest digest) {
    ReentrantLock lock = locks.of(digest);
    lock.lock();
    try {
      // An upload may have been between its bytes and its row when the list was made.
      return index.find(List.of(digest)).isEmpty() && backend.delete(digest);
    } finally {
      lock.unlock();
    }
  }

  private int dropStaleUploads() {
    int dropped = 0;
    long before = now() - UPLOAD_LIFE.toMillis();
    for (Open open : uploads.values()) {
      if (folder.touched(open.note().id()) < before && abandon(open.note().id())) {
        dropped++;
      }
    }
    Optional<DirectTransfers> direct = backend.direct();
    if (direct.isPresent()) {
      dropped += direct.get().abandonBegunBefore(Instant.ofEpochMilli(before));
    }
    return dropped;
  }

  private long now() {
    return clock.millis();
  }

  /** The files of a store on this disk; of another, what is on its way in. */
  BlobFiles files() {
    return files;
  }

  /** Whether senders and readers can go past this server. */
  public boolean isDirect() {
    return backend.direct().isPresent();
  }

  /** Transfers past this server. */
  public DirectTransfers direct() {
    return backend.direct().orElseThrow();
  }

  /**
   * Ends a direct upload. When this answers true, the blob survives any crash and is held for
   * {@link #HOLD}. After an exception it may be called again.
   *
   * @return false if what was sent is not all of this blob: it may be begun again
   */
  public boolean commitDirect(Digest digest, long size) {
    ReentrantLock lock = locks.of(digest);
    lock.lock();
    try {
      if (!direct().finish(digest, size)) {
        return false;
      }
      addRow(digest, size);
      return true;
    } finally {
      lock.unlock();
    }
  }
}

package blenderer.server.routes;

import blenderer.api.Archives;
import blenderer.journal.ArchiveStore;
import blenderer.model.Digest;
import java.util.List;
import java.util.Optional;

/** The archives as every answer to a node has them: read from the store only when they change. */
final class ArchiveBoard {

  private final ArchiveStore store;
  private volatile List<ArchiveStore.Archive> archives;
  private volatile List<Archives.Archive> wire;

  ArchiveBoard(ArchiveStore store) {
    this.store = store;
    this.archives = store.all();
    this.wire = archives.stream().map(ArchiveBoard::wire).toList();
  }

  List<ArchiveStore.Archive> all() {
    return archives;
  }

  List<Archives.Archive> wire() {
    return wire;
  }

  boolean has(Digest digest) {
    return archives.stream().anyMatch(archive -> archive.digest().equals(digest));
  }

  /** The archive as it is now: of the same digest the one that was added first. */
  synchronized ArchiveStore.Archive add(ArchiveStore.Archive archive) {
    store.add(archive);
    load();
    return archives.stream()
        .filter(one -> one.digest().equals(archive.digest()))
        .findFirst()
        .orElse(archive);
  }

  synchronized Optional<ArchiveStore.Archive> remove(Digest digest) {
    Optional<ArchiveStore.Archive> found =
        archives.stream().filter(one -> one.digest().equals(digest)).findFirst();
    store.remove(digest);
    load();
    return found;
  }

  /** Reads them anew: another server may have changed them. */
  synchronized void load() {
    archives = store.all();
    wire = archives.stream().map(ArchiveBoard::wire).toList();
  }

  static Archives.Archive wire(ArchiveStore.Archive archive) {
    return new Archives.Archive(
        archive.digest().hex(),
        archive.file(),
        archive.renderer(),
        archive.version(),
        archive.features(),
        archive.build(),
        archive.os(),
        archive.processor(),
        archive.size(),
        archive.unpackedBytes(),
        archive.addedBy(),
        archive.addedAt());
  }
}

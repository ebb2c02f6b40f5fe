package blenderer.server;

import blenderer.cas.BlobIndex;
import blenderer.cas.MemoryBlobIndex;
import blenderer.core.History;
import blenderer.core.Journal;
import blenderer.core.MemoryJournal;
import blenderer.journal.AccountStore;
import blenderer.journal.ArchiveStore;
import blenderer.journal.AuditLog;
import blenderer.journal.ClaimStore;
import blenderer.journal.Database;
import blenderer.journal.MemoryAccounts;
import blenderer.journal.MemoryArchives;
import blenderer.journal.MemoryAudit;
import blenderer.journal.MemoryClaims;
import blenderer.journal.MemoryUsage;
import blenderer.journal.UsageLog;
import blenderer.model.Digest;
import blenderer.server.routes.JobBlobs;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/** Where the server keeps its records. */
record Storage(
    Journal journal,
    History history,
    AccountStore accounts,
    ClaimStore claims,
    ArchiveStore archives,
    AuditLog audit,
    UsageLog usage,
    BlobIndex blobs,
    JobBlobs references) {

  /** {@code DATA/journal.sqlite}. */
  static Storage sqlite(Path data) {
    Database database = Database.open(data.resolve("journal.sqlite"));
    return new Storage(
        database.journal(),
        database.history(),
        database.accounts(),
        database.claims(),
        database.archives(),
        database.audit(),
        database.usage(),
        database.blobs(),
        jobBlobs(database.references()::digestsOf, database.references()::unreferenced));
  }

  /**
   * In memory, for tests: it goes with the process, or on with the next server that is given it.
   */
  static Storage inMemory(MemoryJournal journal) {
    MemoryArchives archives = new MemoryArchives();
    return new Storage(
        journal,
        journal,
        new MemoryAccounts(),
        new MemoryClaims(journal::wasSubmitted),
        archives,
        new MemoryAudit(),
        new MemoryUsage(journal),
        new MemoryBlobIndex(),
        jobBlobs(
            journal::digestsOf,
            digests -> {
              Set<Digest> free = new HashSet<>(journal.unreferenced(digests));
              archives.all().forEach(archive -> free.remove(archive.digest()));
              return free;
            }));
  }

  private static JobBlobs jobBlobs(
      Function<String, Set<Digest>> digestsOf,
      Function<Collection<Digest>, Set<Digest>> unreferenced) {
    return new JobBlobs() {
      @Override
      public Set<Digest> digestsOf(String job) {
        return digestsOf.apply(job);
      }

      @Override
      public Set<Digest> unreferenced(Collection<Digest> digests) {
        return unreferenced.apply(digests);
      }
    };
  }
}

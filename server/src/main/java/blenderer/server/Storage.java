package blenderer.server;

import blenderer.cas.BlobIndex;
import blenderer.cas.MemoryBlobIndex;
import blenderer.core.Film;
import blenderer.core.History;
import blenderer.core.Journal;
import blenderer.core.MemoryJournal;
import blenderer.journal.AccountStore;
import blenderer.journal.ArchiveStore;
import blenderer.journal.AuditLog;
import blenderer.journal.ClaimStore;
import blenderer.journal.Database;
import blenderer.journal.FarmLog;
import blenderer.journal.MemoryAccounts;
import blenderer.journal.MemoryArchives;
import blenderer.journal.MemoryAudit;
import blenderer.journal.MemoryClaims;
import blenderer.journal.MemoryFarmLog;
import blenderer.journal.MemorySessions;
import blenderer.journal.MemoryStorage;
import blenderer.journal.MemoryUsage;
import blenderer.journal.PostgresAddress;
import blenderer.journal.SessionStore;
import blenderer.journal.StorageLog;
import blenderer.journal.UsageLog;
import blenderer.model.Digest;
import blenderer.server.routes.JobBlobs;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where the server keeps its records. */
record Storage(
    Journal journal,
    History history,
    Film film,
    AccountStore accounts,
    SessionStore sessions,
    ClaimStore claims,
    ArchiveStore archives,
    AuditLog audit,
    UsageLog usage,
    StorageLog held,
    FarmLog farmLog,
    BlobIndex blobs,
    JobBlobs references,
    LongSupplier journalBytes,
    Database.@Nullable Shared shared) {

  /** {@code DATA/journal.sqlite}. */
  static Storage sqlite(Path data) {
    return in(Database.open(data.resolve("journal.sqlite")));
  }

  /** In a database elsewhere. */
  static Storage postgres(PostgresAddress address) {
    return in(Database.open(address));
  }

  /** In a database elsewhere that other servers of the farm use, too. */
  static Storage shared(PostgresAddress address, String id) {
    Database.Shared shared = Database.share(address, id);
    return in(shared.database(), shared);
  }

  private static Storage in(Database database) {
    return in(database, null);
  }

  private static Storage in(Database database, Database.@Nullable Shared shared) {
    return new Storage(
        database.journal(),
        database.history(),
        database.film(),
        database.accounts(),
        database.sessions(),
        database.claims(),
        database.archives(),
        database.audit(),
        database.usage(),
        database.storage(),
        database.farmLog(),
        database.blobs(),
        jobBlobs(database.references()::digestsOf, database.references()::unreferenced),
        database::bytes,
        shared);
  }

  /**
   * In memory, for tests: it goes with the process, or on with the next server that is given it.
   */
  static Storage inMemory(MemoryJournal journal) {
    MemoryArchives archives = new MemoryArchives();
    MemoryAccounts accounts = new MemoryAccounts();
    MemoryBlobIndex blobs = new MemoryBlobIndex();
    return new Storage(
        journal,
        journal,
        journal,
        accounts,
        new MemorySessions(accounts),
        new MemoryClaims(journal::wasSubmitted),
        archives,
        new MemoryAudit(),
        new MemoryUsage(journal),
        new MemoryStorage(journal, blobs),
        new MemoryFarmLog(),
        blobs,
        jobBlobs(
            journal::digestsOf,
            digests -> {
              Set<Digest> free = new HashSet<>(journal.unreferenced(digests));
              archives.all().forEach(archive -> free.remove(archive.digest()));
              return free;
            }),
        () -> 0,
        null);
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

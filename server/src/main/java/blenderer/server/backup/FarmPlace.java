package blenderer.server.backup;

import blenderer.cas.BlobBackend;
import blenderer.cas.BlobFiles;
import blenderer.journal.JournalPlace;
import blenderer.journal.PostgresAddress;
import blenderer.s3.S3Backend;
import blenderer.s3.S3Location;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Where a farm is kept, as a server is told.
 *
 * @param data its folder
 * @param database where the journal is; empty: in the folder
 * @param bucket where the files are; empty: in the folder
 */
record FarmPlace(Path data, Optional<PostgresAddress> database, Optional<S3Location> bucket) {

  FarmPlace {
    data = data.toAbsolutePath().normalize();
  }

  JournalPlace journal() {
    return database
        .<JournalPlace>map(JournalPlace.InPostgres::new)
        .orElseGet(() -> new JournalPlace.InFile(data.resolve("journal.sqlite")));
  }

  /** The folder for blobs, or for what is on its way to a bucket. */
  Path blobs() {
    return data.resolve("blobs");
  }

  /** Blobs that are open; what is in a bucket is closed again. */
  record Blobs(BlobBackend backend, Runnable closing) implements AutoCloseable {
    @Override
    public void close() {
      closing.run();
    }
  }

  /** The blobs, to be read beside a server. */
  Blobs reading(InstantSource clock) {
    if (bucket.isEmpty()) {
      return new Blobs(BlobFiles.reading(blobs()), () -> {});
    }
    S3Backend open = S3Backend.reading(bucket.get(), clock);
    return new Blobs(open, open::close);
  }

  /** For people. */
  String journalName() {
    return journal().toString();
  }

  /** For people. */
  String blobsName() {
    return bucket.map(S3Location::toString).orElseGet(() -> blobs().toString());
  }
}

package blenderer.server.backup;

import blenderer.cas.BlobBackend;
import blenderer.journal.JournalFilling;
import blenderer.journal.JournalReading;
import blenderer.journal.JournalSums;
import blenderer.s3.S3Backend;
import blenderer.server.DataLock;
import blenderer.server.ServerException;
import blenderer.server.trust.AdminFile;
import blenderer.server.trust.Authority;
import blenderer.server.trust.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves a farm to another database, another store of files or another folder, while no server uses
 * it. Where it was, it stays as it was.
 */
final class Migration {

  /**
   * What came of it.
   *
   * @param blobs null: they stay where they are
   * @param journal null: it stays where it is
   */
  record Report(BlobTransfer.@Nullable Outcome blobs, @Nullable JournalSums journal) {}

  private static final String STOP =
      "Stop it first, and with it its nodes' work is only delayed; migrate when it has ended.";

  private final FarmPlace from;
  private final FarmPlace to;
  private final boolean skipDamaged;
  private final @Nullable String ownFarm;
  private final InstantSource clock;
  private final Arrival arrival;

  private Migration(
      FarmPlace from,
      FarmPlace to,
      boolean skipDamaged,
      @Nullable String ownFarm,
      InstantSource clock,
      Progress progress) {
    this.from = from;
    this.to = to;
    this.skipDamaged = skipDamaged;
    this.ownFarm = ownFarm;
    this.clock = clock;
    arrival = new Arrival(to, clock, progress);
  }

  /**
   * Moves it.
   *
   * @param ownFarm the fingerprint of a farm with certificates of its own
   * @throws ServerException when it cannot be done
   */
  static Report run(
      FarmPlace from,
      FarmPlace to,
      boolean skipDamaged,
      @Nullable String ownFarm,
      InstantSource clock,
      Progress progress)
      throws IOException {
    return new Migration(from, to, skipDamaged, ownFarm, clock, progress).run();
  }

  private boolean journalStays() {
    return from.journalName().equals(to.journalName());
  }

  private boolean blobsStay() {
    return from.blobsName().equals(to.blobsName());
  }

  private boolean folderStays() {
    return from.data().equals(to.data());
  }

  private Report run() throws IOException {
    if (journalStays() && blobsStay()) {
      throw new ServerException(
          "nothing-to-migrate",
          "The farm is there already. Say where it shall go with --to-db, --to-blobs or"
              + " --to-data.");
    }
    if (!Files.isDirectory(from.data())) {
      throw new ServerException(
          "data-missing",
          "There is no folder " + from.data() + ". Name the one that the server is started with.");
    }
    try (DataLock lock = DataLock.take(from.data(), STOP);
        JournalReading journal = JournalReading.openAlone(from.journal())) {
      return folderStays() ? move(journal) : moveToFolder(journal);
    }
  }

  private Report moveToFolder(JournalReading journal) throws IOException {
    arrival.wasBegun();
    PrivateFiles.createFolder(to.data());
    try (DataLock lock = DataLock.take(to.data(), "Stop it first.")) {
      arrival.begin();
      return arrival.orNothing(() -> move(journal));
    }
  }

  private Report move(JournalReading journal) throws IOException {
    Map<String, String> secrets = journal.secrets();
    Optional<String> authority =
        Optional.ofNullable(secrets.get(FarmSecrets.AUTHORITY))
            .or(() -> Authority.read(from.data()));
    if (authority.isPresent()) {
      secrets.putIfAbsent(FarmSecrets.AUTHORITY, authority.get());
    }
    if (journalStays()) {
      bringFiles(authority);
      return new Report(blobs(journal, authority), null);
    }
    // Opened first: what cannot be filled shall be known before hours of copying.
    try (JournalFilling filling = JournalFilling.open(to.journal())) {
      if (!filling.isEmpty()) {
        // It was brought before, or this is where the farm came from: its files may be gone there.
        JournalSums same = arrival.journal(journal, filling, secrets);
        return new Report(blobsStay() ? null : blobs(journal, authority), same);
      }
      BlobTransfer.Outcome blobs = blobsStay() ? null : blobs(journal, authority);
      bringFiles(authority);
      journal.renew();
      return new Report(blobs, arrival.journal(journal, filling, secrets));
    }
  }

  /** What makes it the same farm to its nodes and to its admin. */
  private void bringFiles(Optional<String> authority) throws IOException {
    authority.ifPresent(pem -> Authority.write(to.data(), pem));
    if (!folderStays() && Files.exists(AdminFile.in(from.data()))) {
      PrivateFiles.write(AdminFile.in(to.data()), Files.readString(AdminFile.in(from.data())));
    }
  }

  private BlobTransfer.Outcome blobs(JournalReading journal, Optional<String> authority) {
    try (FarmPlace.Blobs source = from.reading(clock)) {
      return arrival.blobs(
          journal, source.backend(), farm(source.backend(), authority), true, skipDamaged);
    }
  }

  /** Whose blobs they are, as a bucket is told. */
  private String farm(BlobBackend source, Optional<String> authority) {
    if (ownFarm != null) {
      return ownFarm;
    }
    if (source instanceof S3Backend bucket) {
      return bucket.farm().orElse("");
    }
    return authority.map(Authority::fingerprint).orElse("");
  }
}

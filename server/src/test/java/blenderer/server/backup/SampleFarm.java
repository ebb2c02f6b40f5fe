package blenderer.server.backup;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.cas.BlobBackend;
import blenderer.cas.BlobRow;
import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.journal.Database;
import blenderer.journal.JournalReading;
import blenderer.journal.JournalSums;
import blenderer.model.Digest;
import blenderer.model.JobState;
import blenderer.model.Look;
import blenderer.model.Outcome;
import blenderer.model.Permission;
import blenderer.model.PictureGrid;
import blenderer.model.Role;
import blenderer.model.StepState;
import blenderer.model.TaskState;
import blenderer.server.Server;
import blenderer.server.ServerOptions;
import blenderer.server.trust.Authority;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A farm on this disk with rendered jobs, made without rendering. */
final class SampleFarm {

  private static final int TASKS_OF_A_JOB = 1000;
  private static final int COMMIT = 2000;

  private SampleFarm() {}

  /**
   * Makes one.
   *
   * @param tasks all done, each with an attempt, an output and a look
   * @param blobs which the tasks have made between them
   * @param blobBytes of each
   */
  static FarmPlace make(Path data, int tasks, int blobs, int blobBytes) throws IOException {
    FarmPlace farm = new FarmPlace(data, Optional.empty(), Optional.empty());
    // Its first start makes what makes it a farm.
    Server.start(ServerOptions.in(data, "127.0.0.1", 0).withMinFree(0)).close();
    try (Database database = Database.open(data.resolve("journal.sqlite"))) {
      database.accounts().add("k1", "ada", Role.ARTIST, "1".repeat(64), 5);
      List<Digest> digests = new ArrayList<>();
      SplittableRandom random = new SplittableRandom(5);
      byte[] bytes = new byte[blobBytes];
      random.nextBytes(bytes);
      for (int i = 0; i < blobs; i++) {
        ByteBuffer.wrap(bytes).putInt(i);
        digests.add(addBlob(database, farm, bytes, 2));
      }
      rows(database.journal(), tasks, digests, blobBytes);
    }
    return farm;
  }

  /** The same farm once more, for a test that changes it. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** A blob with its row, as after an upload a moment ago. */
  static Digest addBlob(Database database, FarmPlace farm, byte[] bytes) throws IOException {
    return addBlob(database, farm, bytes, InstantSource.system().millis() + 86_400_000);
  }

  private static Digest addBlob(Database database, FarmPlace farm, byte[] bytes, long holdUntil)
      throws IOException {
    Digest digest = Digest.of(bytes);
    Path file = file(farm.blobs(), digest);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    database.blobs().add(new BlobRow(digest, bytes.length, 1, holdUntil));
    return digest;
  }

  /** Where a blob lies below the folder of a store, or of backups. */
  static Path file(Path root, Digest digest) {
    return root.resolve("blobs").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }

  private static void rows(Journal journal, int tasks, List<Digest> blobs, int size) {
    long revision = 0;
    List<Row> rows = new ArrayList<>();
    for (int task = 0; task < tasks; task++) {
      String job = String.format("01job%08d", task / TASKS_OF_A_JOB);
      int index = task % TASKS_OF_A_JOB;
      if (index == 0) {
        rows.add(job(job, blobs.getFirst()));
        rows.add(step(job, Math.min(TASKS_OF_A_JOB, tasks - task)));
      }
      Digest made = blobs.get(task % blobs.size());
      rows.add(
          new Row.Task(
              job, 0, index, 1, TaskState.DONE, 0, 0, null, List.of(), null, 4_000L, 5_000L));
      rows.add(
          new Row.Attempt(
              "lease" + task,
              job,
              0,
              index,
              1,
              1,
              "rack-" + task % 7,
              Outcome.SUCCEEDED,
              null,
              made,
              4_000,
              5_000 + task,
              "blender 4.3.2",
              1L << 31,
              null));
      rows.add(
          new Row.Output(job, 0, index, 1, "frames/" + index + ".png", made, size, 5_000 + task));
      rows.add(
          new Row.Look(
              job,
              0,
              index,
              1,
              new Look(
                  "frames/" + index + ".png",
                  1920,
                  1080,
                  1.0 / (1 + task),
                  0.1,
                  0,
                  0,
                  PictureGrid.of(new byte[PictureGrid.BYTES]),
                  null)));
      if (rows.size() > COMMIT || task == tasks - 1) {
        journal.commit(++revision, List.copyOf(rows));
        rows.clear();
      }
    }
  }

  private static Row.Job job(String id, Digest template) {
    return new Row.Job(
        id,
        "Häuser bei Nacht",
        "ada",
        "film",
        50,
        JobState.DONE,
        1_000,
        2_000L,
        3_000L,
        null,
        template,
        null,
        Map.of("Frames", "1-1000"),
        List.of(),
        Map.of(),
        List.of(template),
        Permission.TEMPLATES,
        false,
        List.of(),
        Row.Terms.NONE);
  }

  private static Row.Step step(String job, int size) {
    return new Row.Step(
        job,
        0,
        "render",
        "Frame",
        size,
        5,
        10,
        List.of(),
        StepState.DONE,
        blenderer.model.IndexRanges.empty(),
        Row.Plan.PLAIN,
        null);
  }

  static JournalSums sums(FarmPlace farm) {
    try (JournalReading reading = JournalReading.open(farm.journal())) {
      return reading.sums(_ -> {});
    }
  }

  /** All blobs that the journal names, read whole and hashed here; none may be missing. */
  static Map<String, Long> blobs(FarmPlace farm) throws IOException {
    Map<String, Long> found = new TreeMap<>();
    try (JournalReading reading = JournalReading.open(farm.journal());
        FarmPlace.Blobs blobs = farm.reading(InstantSource.system())) {
      Digest after = null;
      for (List<BlobRow> page = reading.blobs(after, 500);
          !page.isEmpty();
          page = reading.blobs(after, 500)) {
        for (BlobRow row : page) {
          found.put(hash(blobs.backend(), row.digest()), row.size());
          after = row.digest();
        }
        reading.renew();
      }
      assertThat(found).hasSize((int) reading.blobCount());
      found.keySet().forEach(hex -> assertThat(Digest.isValid(hex)).isTrue());
    }
    return found;
  }

  private static String hash(BlobBackend backend, Digest digest) throws IOException {
    MessageDigest hasher = Digest.newHasher();
    try (InputStream in = backend.open(digest, 0, Long.MAX_VALUE).orElseThrow()) {
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hasher.update(buffer, 0, count);
      }
    }
    Digest got = Digest.ofHash(hasher.digest());
    assertThat(got).isEqualTo(digest);
    return got.hex();
  }

  /** Without the counter of changes, which a restored farm has ahead. */
  static JournalSums rows(JournalSums sums) {
    return new JournalSums(
        sums.tables().stream().filter(table -> !table.name().equals("meta")).toList());
  }

  /** The same farm made of a backup. */
  static void assertRestored(FarmPlace one, FarmPlace other) throws IOException {
    assertThat(rows(sums(other))).isEqualTo(rows(sums(one)));
    assertSameFiles(one, other);
  }

  /** The same farm in every way in which two can be compared. */
  static void assertSame(FarmPlace one, FarmPlace other) throws IOException {
    assertThat(sums(other)).isEqualTo(sums(one));
    assertSameFiles(one, other);
  }

  private static void assertSameFiles(FarmPlace one, FarmPlace other) throws IOException {
    assertThat(blobs(other)).isEqualTo(blobs(one));
    assertThat(Authority.fingerprint(Authority.read(other.data()).orElseThrow()))
        .isEqualTo(Authority.fingerprint(Authority.read(one.data()).orElseThrow()));
  }
}

package blenderer.submit;

import blenderer.api.ApiException;
import blenderer.api.BlobSource;
import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.api.LocalFileException;
import blenderer.api.TransferProgress;
import blenderer.cas.ManifestCodec;
import blenderer.model.Digest;
import blenderer.model.Manifest;
import blenderer.model.Requirement;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes a job of a traced scene: layout, hashing, upload of what the server lacks, one idempotent
 * call. Whoever calls has looked at what the module {@code preflight} finds. What the job gets is a
 * snapshot: each file's digest is the one of the bytes that were sent, and a file that changed in
 * between is hashed and sent again.
 */
public final class Submission {

  private static final int UPLOADS_AT_ONCE = 4;
  private static final int ROUNDS = 4;

  /** Hears how far it is; called from several threads. */
  public interface Listener {
    /** Bytes hashed, of all bytes of the project. */
    default void hashing(long done, long total) {}

    /** Bytes uploaded, of all that the server lacks. */
    default void uploading(long done, long total) {}

    /** A file changed while it was hashed or sent, and is read again. */
    default void changed(Path file) {}
  }

  /**
   * What to make a job of.
   *
   * @param template the job template's bytes
   * @param frames a range expression; null: the scene's own
   * @param name of the job; null: the scene file's name
   * @param allowMissing whether the renderer may render although files are missing
   * @param parameters further values for the template's parameters; they win over the usual ones
   * @param alsoNeeds names of further renderers that the template uses
   * @param settings what else is remembered with the job, such as the overrides in words
   * @param pinned what it asks of the scene's renderer; null: no more than the scene does
   * @param addOns what the renderer enables before it loads the scene
   * @param probe which tasks go first, as {@link Jobs.Submit} has it; null: none
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Order(
      SceneTrace trace,
      byte[] template,
      @Nullable String frames,
      @Nullable String name,
      String project,
      int priority,
      boolean allowMissing,
      Map<String, String> parameters,
      List<String> alsoNeeds,
      Map<String, String> settings,
      @Nullable Requirement pinned,
      List<AddOn> addOns,
      @Nullable String probe) {

    /** A job without add-ons and without a probe. */
    public Order(
        SceneTrace trace,
        byte[] template,
        @Nullable String frames,
        @Nullable String name,
        String project,
        int priority,
        boolean allowMissing,
        Map<String, String> parameters,
        List<String> alsoNeeds,
        Map<String, String> settings,
        @Nullable Requirement pinned) {
      this(
          trace,
          template,
          frames,
          name,
          project,
          priority,
          allowMissing,
          parameters,
          alsoNeeds,
          settings,
          pinned,
          List.of(),
          null);
    }

    /** A job for the scene's own renderer alone. */
    public Order(
        SceneTrace trace,
        byte[] template,
        @Nullable String frames,
        @Nullable String name,
        String project,
        int priority,
        boolean allowMissing,
        Map<String, String> parameters) {
      this(
          trace,
          template,
          frames,
          name,
          project,
          priority,
          allowMissing,
          parameters,
          List.of(),
          Map.of(),
          null);
    }
  }

  /**
   * What came of it.
   *
   * @param files how many files the job has
   * @param bytes their size together
   * @param sentBytes how many bytes the server lacked
   * @param renamed workspace path to original of files that could not keep their name
   */
  public record Submitted(
      Jobs.Job job, int files, long bytes, long sentBytes, Map<String, Path> renamed) {}

  /**
   * What a job is made of, whatever renders it.
   *
   * @param files workspace path to the file on this computer
   * @param made workspace path to content that is no file here
   * @param template the job template's bytes
   * @param renamed workspace path to original of files that could not keep their name
   * @param job the call that makes the job, given the digests of template and manifest
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Cargo(
      Map<String, Path> files,
      Map<String, byte[]> made,
      byte[] template,
      Map<String, Path> renamed,
      BiFunction<Digest, @Nullable Digest, Jobs.Submit> job) {

    /** The same with tasks that go first, as {@link Jobs.Submit} has it; null: none. */
    public Cargo probing(@Nullable String probe) {
      return new Cargo(
          files,
          made,
          template,
          renamed,
          (document, manifest) -> job.apply(document, manifest).probing(probe));
    }
  }

  /** A blob to be there before the job is made. */
  private record Piece(Digest digest, long size, BlobSource source, @Nullable HashedFile file) {}

  private final Shelf farm;
  private final DigestCache cache;
  private final FileHasher hasher;
  private final Listener listener;
  private Jobs.@Nullable Terms terms;

  public Submission(FarmClient client, DigestCache cache, Clock clock, Listener listener) {
    this(Shelf.of(client), cache, clock, listener);
  }

  Submission(Shelf farm, DigestCache cache, Clock clock, Listener listener) {
    this.farm = farm;
    this.cache = cache;
    this.hasher = new FileHasher(cache, clock);
    this.listener = listener;
  }

  /** Jobs are submitted on these terms; null: at once, and on the whole farm. */
  public Submission on(Jobs.@Nullable Terms others) {
    terms = others;
    return this;
  }

  /**
   * Submits.
   *
   * @throws SubmitException {@code bad-file-name}, {@code names-clash}, {@code blobs-missing}
   * @throws LocalFileException when a file cannot be read or does not come to rest
   */
  public Submitted submit(Order order) {
    SceneTrace trace = order.trace();
    ProjectLayout layout =
        ProjectLayout.of(
            trace.scene(),
            trace.files().stream().map(SceneTrace.TracedFile::file).toList(),
            trace.closure().folders());
    Map<String, Path> files = new LinkedHashMap<>(layout.files());
    order.addOns().forEach(addOn -> files.putAll(addOn.files()));
    return submit(
        new Cargo(
            files,
            SceneFiles.made(trace, layout),
            order.template(),
            layout.renamed(),
            (template, manifest) -> job(order, layout, template, manifest).probing(order.probe())));
  }

  /**
   * Submits what is laid out already.
   *
   * @throws SubmitException {@code names-clash}, {@code blobs-missing}
   * @throws LocalFileException when a file cannot be read or does not come to rest
   */
  public Submitted submit(Cargo cargo) {
    try {
      return send(cargo);
    } finally {
      cache.save();
    }
  }

  private Submitted send(Cargo cargo) {
    long sent = 0;
    @Nullable Path restless = null;
    for (int round = 0; round < ROUNDS; round++) {
      Map<Digest, Piece> pieces = new LinkedHashMap<>();
      Manifest manifest = manifest(cargo, pieces);
      // A job without files has no manifest.
      Piece manifestPiece =
          manifest.files().isEmpty()
              ? null
              : add(pieces, "manifest", ManifestCodec.encode(manifest));
      Piece template = add(pieces, "template", cargo.template());
      AtomicLong uploaded = new AtomicLong();
      Set<Path> changed = upload(pieces, uploaded);
      sent += uploaded.get();
      if (!changed.isEmpty()) {
        restless = changed.iterator().next();
        changed.forEach(cache::forget);
        changed.forEach(listener::changed);
        continue;
      }
      Jobs.Submit job =
          cargo
              .job()
              .apply(template.digest(), manifestPiece == null ? null : manifestPiece.digest());
      try {
        // A new key for each round: another round is another body.
        Jobs.Job made = farm.submit(job.on(terms), UUID.randomUUID().toString());
        return new Submitted(
            made, manifest.files().size(), manifest.totalSize(), sent, cargo.renamed());
      } catch (ApiException e) {
        if (!e.code().equals("blobs-missing")) {
          throw e;
        }
        // Something was deleted at the server just now: ask again what it lacks.
      }
    }
    if (restless != null) {
      throw LocalFileException.changed(restless);
    }
    throw new SubmitException(
        "blobs-missing",
        "The server loses the job's files as fast as they are sent.",
        "Look whether its disk is full, and into its log.");
  }

  private Manifest manifest(Cargo cargo, Map<Digest, Piece> pieces) {
    List<Path> originals = List.copyOf(cargo.files().values());
    List<HashedFile> hashed = hash(originals);
    List<Manifest.Entry> entries = new ArrayList<>();
    int at = 0;
    for (String path : cargo.files().keySet()) {
      HashedFile file = hashed.get(at++);
      entries.add(new Manifest.Entry(path, file.digest(), file.stamp().size()));
      pieces.put(
          file.digest(),
          new Piece(file.digest(), file.stamp().size(), BlobSource.file(file.file()), file));
    }
    cargo
        .made()
        .forEach(
            (path, content) -> {
              Piece piece = add(pieces, path, content);
              entries.add(new Manifest.Entry(path, piece.digest(), piece.size()));
            });
    try {
      return new Manifest(entries);
    } catch (IllegalArgumentException e) {
      throw new SubmitException(
          "names-clash",
          "The job's files cannot lie in one folder: " + e.getMessage() + ".",
          "Rename one of them.",
          List.of(),
          e);
    }
  }

  private List<HashedFile> hash(List<Path> files) {
    long total = files.stream().mapToLong(file -> FileStamp.of(file).size()).sum();
    AtomicLong done = new AtomicLong();
    listener.hashing(0, total);
    return hasher.hash(files, bytes -> listener.hashing(done.addAndGet(bytes), total));
  }

  private static Piece add(Map<Digest, Piece> pieces, String name, byte[] bytes) {
    Digest digest = Digest.of(bytes);
    Piece piece = new Piece(digest, bytes.length, BlobSource.bytes(name, bytes), null);
    pieces.put(digest, piece);
    return piece;
  }

  /** Uploads what the server lacks; the files that turned out to be other than hashed. */
  private Set<Path> upload(Map<Digest, Piece> pieces, AtomicLong uploaded) {
    Set<Digest> lacking = farm.missing(pieces.keySet());
    List<Piece> wanted =
        pieces.values().stream().filter(piece -> lacking.contains(piece.digest())).toList();
    long total = wanted.stream().mapToLong(Piece::size).sum();
    listener.uploading(0, total);
    TransferProgress progress = bytes -> listener.uploading(uploaded.addAndGet(bytes), total);
    Set<Path> changed = ConcurrentHashMap.newKeySet();
    List<Parallel.Task<Boolean>> tasks = new ArrayList<>();
    for (Piece piece : wanted) {
      tasks.add(
          () -> {
            boolean same = uploadUnchanged(piece, progress);
            if (!same && piece.file() != null) {
              changed.add(piece.file().file());
            }
            return same;
          });
    }
    Parallel.all(UPLOADS_AT_ONCE, "upload", tasks);
    return changed;
  }

  private boolean uploadUnchanged(Piece piece, TransferProgress progress) {
    HashedFile file = piece.file();
    if (file != null && !FileStamp.of(file.file()).equals(file.stamp())) {
      return false;
    }
    try {
      farm.upload(piece.digest(), piece.size(), piece.source(), progress);
      return true;
    } catch (ApiException e) {
      // The server hashed other bytes than we did: the file changed although its stamp did not.
      if (file != null && e.code().equals("digest-mismatch")) {
        return false;
      }
      throw e;
    } catch (LocalFileException e) {
      if (file != null && e.code().equals("file-changed")) {
        return false;
      }
      throw e;
    }
  }

  /** The call that makes a job of a scene that is laid out. */
  public static Jobs.Submit job(
      Order order, ProjectLayout layout, Digest template, @Nullable Digest manifest) {
    SceneTrace trace = order.trace();
    String name = order.name() == null ? defaultName(trace.scene()) : order.name();
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("Name", name);
    parameters.put("Scene", layout.scene());
    parameters.put("PathMap", ProjectLayout.PATH_MAP);
    parameters.put("Output", layout.outputFolder());
    parameters.put("Frames", order.frames() == null ? trace.frames() : order.frames());
    parameters.put("SceneName", trace.sceneName());
    parameters.put("Size", trace.size());
    parameters.put("AllowMissing", Boolean.toString(order.allowMissing()));
    if (!order.addOns().isEmpty()) {
      parameters.put(
          "AddOns", order.addOns().stream().map(AddOn::name).collect(Collectors.joining(" ")));
    }
    parameters.putAll(order.parameters());
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("source", trace.scene().toString());
    if (trace.framesPerSecond() > 0) {
      // For whoever plays the frames.
      settings.put("fps", SceneTrace.rate(trace.framesPerSecond()));
    }
    settings.putAll(order.settings());
    return new Jobs.Submit(
        name,
        order.project(),
        order.priority(),
        template.hex(),
        manifest == null ? null : manifest.hex(),
        parameters,
        requirements(order),
        settings);
  }

  private static List<Requirement> requirements(Order order) {
    SceneTrace trace = order.trace();
    List<Requirement> all = new ArrayList<>();
    Requirement pinned = order.pinned();
    all.add(
        pinned != null
            ? pinned
            : new Requirement(trace.renderer(), trace.atLeast(), trace.features()));
    order.alsoNeeds().forEach(name -> all.add(new Requirement(name, "", List.of())));
    return all;
  }

  private static String defaultName(Path scene) {
    String name = String.valueOf(scene.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}

package blenderer.node.agent;

import blenderer.api.ApiException;
import blenderer.api.FarmException;
import blenderer.api.LocalFileException;
import blenderer.api.NodeSync;
import blenderer.cas.BadManifestException;
import blenderer.cas.CasException;
import blenderer.cas.ManifestCodec;
import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.Manifest;
import blenderer.model.Permission;
import blenderer.model.Requirement;
import blenderer.model.RetryClass;
import blenderer.model.ScriptParameters;
import blenderer.model.Version;
import blenderer.node.cache.BlobCache;
import blenderer.node.cache.DiskRoom;
import blenderer.node.fetched.FarmRenderers;
import blenderer.node.render.ForeignKit;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.RendererKit;
import blenderer.openjd.ChangedFrames;
import blenderer.openjd.EnvironmentTemplate;
import blenderer.openjd.Job;
import blenderer.openjd.JobCreation;
import blenderer.openjd.JobTemplate;
import blenderer.openjd.TaskSpace;
import blenderer.openjd.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets everything that a lease needs, before a slot is free for it. */
final class Preparation {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final List<RendererKit> kits;
  private final List<InstalledRenderer> renderers;
  private final Permission accepts;
  private final BlobCache cache;
  private final DiskRoom disk;
  private final FarmRenderers farmRenderers;

  /**
   * @param accepts how far this node's owner lets jobs go
   * @param farmRenderers for jobs that none of {@code renderers} fits
   */
  Preparation(
      List<RendererKit> kits,
      List<InstalledRenderer> renderers,
      Permission accepts,
      BlobCache cache,
      DiskRoom disk,
      FarmRenderers farmRenderers) {
    this.farmRenderers = farmRenderers;
    this.accepts = accepts;
    this.kits = List.copyOf(kits);
    this.renderers = List.copyOf(renderers);
    this.cache = cache;
    this.disk = disk;
  }

  /** Cannot be done; says so to the lease. */
  private static final class Stop extends Exception {
    private final Prepared why;

    Stop(Prepared why) {
      this.why = why;
    }

    static Stop failed(String code, String message, RetryClass retry) {
      return new Stop(new Prepared.Impossible(new Failure(code, message, retry)));
    }
  }

  /** Begins; the lease's future is completed in the end, on another thread. */
  void begin(Lease lease) {
    Thread.ofVirtual().name("prepare-" + lease.id()).start(() -> run(lease));
  }

  private void run(Lease lease) {
    Prepared prepared;
    try {
      prepared = prepare(lease);
    } catch (Stop e) {
      prepared = e.why;
    } catch (InterruptedException e) {
      prepared = new Prepared.Dropped();
    } catch (RuntimeException e) {
      LOG.error("Preparing '{}' failed", lease.grant().jobName(), e);
      prepared =
          new Prepared.Impossible(
              new Failure(
                  "node-error",
                  "The node could not prepare the job: " + e.getMessage() + ".",
                  RetryClass.ELSEWHERE));
    }
    if (!lease.prepared().complete(prepared) && prepared instanceof Prepared.Ready ready) {
      ready.release();
    }
  }

  private Prepared prepare(Lease lease) throws Stop, InterruptedException {
    NodeSync.Grant grant = lease.grant();
    Optional<RendererKit> shipped =
        kits.stream().filter(one -> one.template().hex().equals(grant.template())).findFirst();
    checkPermission(shipped.isPresent(), grant);
    RendererKit kit =
        shipped.isPresent()
            ? shipped.get()
            : new ForeignKit(
                document(lease, grant.template()),
                cache.files().path(new Digest(grant.template())));
    if (!kit.isShipped()) {
      return prepare(lease, kit, null, null);
    }
    Requirement wanted = wanted(kit, grant.requirements());
    Optional<InstalledRenderer> own = own(wanted);
    if (own.isPresent()) {
      return prepare(lease, kit, own.get(), null);
    }
    FarmRenderers.Held held = fetched(lease, wanted);
    boolean done = false;
    try {
      Prepared prepared = prepare(lease, kit, held.renderer(), held);
      done = true;
      return prepared;
    } finally {
      if (!done) {
        held.close();
      }
    }
  }

  private Prepared prepare(
      Lease lease,
      RendererKit kit,
      @Nullable InstalledRenderer renderer,
      FarmRenderers.@Nullable Held held)
      throws Stop, InterruptedException {
    NodeSync.Grant grant = lease.grant();
    List<String> environments = environments(grant);
    List<EnvironmentTemplate> around = new ArrayList<>();
    for (String environment : environments) {
      around.add(environment(document(lease, environment)));
    }
    Job job = job(kit, around, grant);
    if (grant.step() < 0 || grant.step() >= job.steps().size()) {
      throw Stop.failed(
          "template-unresolved",
          "The job's template has no step number " + grant.step() + ".",
          RetryClass.NEVER);
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    job.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter.value()));
    Manifest all = files(lease);
    Manifest files =
        kit.isShipped() ? needed(lease, all, job.steps().get(grant.step()).tasks()) : all;
    Manifest made = made(grant);
    Map<Digest, Long> blobs = new LinkedHashMap<>();
    files.files().forEach(file -> blobs.put(file.digest(), file.size()));
    made.files().forEach(file -> blobs.put(file.digest(), file.size()));
    BlobCache.Pins pins = fetch(lease, blobs);
    return new Prepared.Ready(
        new Prepared.SessionKey(
            grant.job(),
            grant.step(),
            grant.template(),
            grant.manifest() == null ? "" : grant.manifest(),
            grant.parameters(),
            grant.inputs(),
            renderer,
            environments,
            grant.frames()),
        kit,
        renderer,
        job,
        job.steps().get(grant.step()),
        files,
        all,
        made,
        parameters,
        pins,
        held);
  }

  private static Requirement wanted(RendererKit kit, List<Requirement> requirements) {
    return requirements.stream()
        .filter(one -> one.renderer().equals(kit.name()))
        .findFirst()
        .orElseGet(() -> new Requirement(kit.name(), "", List.of()));
  }

  /**
   * Of several that fit, the oldest: it is the nearest to what made the job's files. With no oldest
   * named, the first in the owner's order.
   */
  private Optional<InstalledRenderer> own(Requirement wanted) {
    Stream<InstalledRenderer> fitting =
        renderers.stream().filter(one -> wanted.fits(one.renderer()));
    return wanted.atLeast().isEmpty()
        ? fitting.findFirst()
        : fitting.min(Comparator.comparing(one -> Version.parse(one.renderer().version())));
  }

  private FarmRenderers.Held fetched(Lease lease, Requirement wanted)
      throws Stop, InterruptedException {
    try {
      return farmRenderers
          .obtain(
              wanted,
              (digest, size, use) -> {
                try (BlobCache.Pins _ = fetch(lease, Map.of(digest, size))) {
                  use.of(cache.files().path(digest));
                } catch (Stop e) {
                  throw new Detour(e);
                }
              })
          .orElseThrow(
              () ->
                  Stop.failed(
                      "renderer-absent",
                      "This node has no " + wanted.describe() + " any more, which the job needs.",
                      RetryClass.ELSEWHERE));
    } catch (FarmRenderers.Unavailable e) {
      throw new Stop(new Prepared.Impossible(e.failure()));
    } catch (Detour e) {
      throw e.stop;
    }
  }

  /** Carries a {@link Stop} out of what fetches for others. */
  private static final class Detour extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Stop stop;

    Detour(Stop stop) {
      super(stop);
      this.stop = stop;
    }
  }

  private static List<String> environments(NodeSync.Grant grant) {
    List<String> given = grant.environments();
    return given == null ? List.of() : List.copyOf(given);
  }

  /** The node's owner decides, whatever the server thinks. */
  private void checkPermission(boolean isShipped, NodeSync.Grant grant) throws Stop {
    Permission needed =
        !isShipped || !environments(grant).isEmpty()
            ? Permission.COMMANDS
            : grant.permission() == null
                ? Permission.TEMPLATES
                : Permission.ofWord(grant.permission());
    Permission asked = ScriptParameters.needed(grant.parameters());
    needed = needed.covers(asked) ? needed : asked;
    if (!accepts.covers(needed)) {
      throw Stop.failed(
          "permission-refused",
          needed == Permission.COMMANDS
              ? "This node runs no commands of other people: its owner can start it with"
                  + " --allow-commands."
              : "This node runs no " + needed.word() + ".",
          RetryClass.ELSEWHERE);
    }
  }

  /** A template out of the store, by way of the cache. */
  private byte[] document(Lease lease, String hex) throws Stop, InterruptedException {
    Digest digest = new Digest(hex);
    try (BlobCache.Pins _ = fetch(lease, Map.of(digest, 0L))) {
      return Files.readAllBytes(cache.files().path(digest));
    } catch (IOException e) {
      throw Stop.failed(
          "cache-unreadable",
          "The node's cache cannot be read: " + e.getMessage() + ".",
          RetryClass.ELSEWHERE);
    }
  }

  private static EnvironmentTemplate environment(byte[] document) throws Stop {
    return switch (Templates.parseEnvironment(document, "environment")) {
      case Templates.ParsedEnvironment parsed -> parsed.template();
      case Templates.Refused refused ->
          throw Stop.failed(
              "template-refused", refused.errors().getFirst() + "", RetryClass.ELSEWHERE);
    };
  }

  private static Job job(RendererKit kit, List<EnvironmentTemplate> around, NodeSync.Grant grant)
      throws Stop {
    return switch (Templates.parseJob(kit.templateBytes(), kit.name())) {
      case Templates.Refused refused ->
          throw Stop.failed(
              "template-refused", refused.errors().getFirst() + "", RetryClass.ELSEWHERE);
      case Templates.Parsed parsed ->
          grant.frames() == null
              ? submitted(parsed.template(), around, grant)
              : changed(parsed.template(), around, grant, grant.frames());
    };
  }

  private static Job changed(
      JobTemplate template,
      List<EnvironmentTemplate> around,
      NodeSync.Grant grant,
      NodeSync.Frames frames)
      throws Stop {
    return switch (new ChangedFrames(frames.added(), frames.now())
        .create(template, around, grant.parameters())) {
      case ChangedFrames.Made(ChangedFrames.Views views) -> views.of(grant.step());
      case ChangedFrames.Refused(String reason) ->
          throw Stop.failed(
              "template-unresolved",
              "The job's frames do not go with its template: " + reason + ".",
              RetryClass.NEVER);
    };
  }

  private static Job submitted(
      JobTemplate template, List<EnvironmentTemplate> around, NodeSync.Grant grant) throws Stop {
    return switch (JobCreation.create(template, around, grant.parameters())) {
      case JobCreation.Created created -> created.job();
      case JobCreation.Refused refused ->
          throw Stop.failed(
              "template-unresolved",
              "The job's values do not go with its template: " + refused.errors().getFirst() + ".",
              RetryClass.NEVER);
    };
  }

  private Manifest files(Lease lease) throws Stop, InterruptedException {
    NodeSync.Grant grant = lease.grant();
    List<Manifest.Entry> all = new ArrayList<>();
    try {
      String manifest = grant.manifest();
      if (manifest != null) {
        Digest digest = new Digest(manifest);
        try (BlobCache.Pins _ = fetch(lease, Map.of(digest, 0L))) {
          all.addAll(ManifestCodec.decode(Files.readAllBytes(cache.files().path(digest))).files());
        }
      }
      return new Manifest(all);
    } catch (BadManifestException e) {
      throw Stop.failed(e.failure().code(), e.failure().message(), RetryClass.NEVER);
    } catch (IllegalArgumentException e) {
      throw Stop.failed(
          "input-names",
          "The job's files cannot be laid out: " + e.getMessage() + ".",
          RetryClass.NEVER);
    } catch (IOException e) {
      throw Stop.failed(
          "cache-unreadable",
          "The node's cache cannot be read: " + e.getMessage() + ".",
          RetryClass.ELSEWHERE);
    }
  }

  /** What the tasks of a lease need of a job's files, as far as the job says. */
  private Manifest needed(Lease lease, Manifest all, TaskSpace tasks)
      throws Stop, InterruptedException {
    Optional<Manifest.Entry> list =
        all.files().stream().filter(file -> file.path().equals(TaskNeeds.PATH)).findFirst();
    if (list.isEmpty() || tasks.chunks().isEmpty()) {
      return all;
    }
    if (list.get().size() > TaskNeeds.MOST_BYTES) {
      return all;
    }
    Digest digest = list.get().digest();
    try (BlobCache.Pins _ = fetch(lease, Map.of(digest, list.get().size()))) {
      TaskNeeds needs = TaskNeeds.read(Files.readAllBytes(cache.files().path(digest)));
      long[] items =
          lease.grant().tasks().stream().mapToLong(task -> tasks.item(task.index())).toArray();
      return new Manifest(
          all.files().stream().filter(file -> needs.isNeeded(file.path(), items)).toList());
    } catch (IOException | IllegalArgumentException e) {
      throw Stop.failed(
          "needs-unreadable",
          "What the job's frames need cannot be read: " + e.getMessage() + ".",
          RetryClass.NEVER);
    }
  }

  private static Manifest made(NodeSync.Grant grant) throws Stop {
    try {
      return new Manifest(
          grant.inputs().stream()
              .map(one -> new Manifest.Entry(one.path(), new Digest(one.digest()), one.size()))
              .toList());
    } catch (IllegalArgumentException e) {
      throw Stop.failed(
          "input-names",
          "What earlier steps made cannot be laid out: " + e.getMessage() + ".",
          RetryClass.NEVER);
    }
  }

  private BlobCache.Pins fetch(Lease lease, Map<Digest, Long> blobs)
      throws Stop, InterruptedException {
    boolean said = false;
    while (!lease.isDropped()) {
      try {
        return switch (cache.acquire(blobs)) {
          case BlobCache.Pins pins -> pins;
          case BlobCache.NoRoom(boolean full, long wanted) ->
              throw full ? new Stop(new Prepared.NoSpace()) : tooSmall(wanted);
        };
      } catch (ApiException e) {
        if (e.status() == 404) {
          throw Stop.failed("input-missing", e.sentence(), RetryClass.NEVER);
        }
        said = say(lease, e, said);
      } catch (LocalFileException e) {
        if (disk.spare() < 0) {
          throw new Stop(new Prepared.NoSpace());
        }
        throw Stop.failed(e.code(), e.sentence(), RetryClass.ELSEWHERE);
      } catch (CasException e) {
        throw Stop.failed(
            "cache-unreadable",
            "The node's cache fails: " + e.getMessage() + ".",
            RetryClass.ELSEWHERE);
      } catch (FarmException e) {
        said = say(lease, e, said);
      }
      // The lease ends this: the server takes it back when the node does not call.
      Thread.sleep(PAUSE);
    }
    throw new Stop(new Prepared.Dropped());
  }

  private static Stop tooSmall(long wanted) {
    return Stop.failed(
        "cache-too-small",
        "The job needs "
            + (wanted >> 20)
            + " MiB of files, more than this node's cache may hold (--cache-size).",
        RetryClass.ELSEWHERE);
  }

  private static boolean say(Lease lease, FarmException e, boolean said) {
    if (!said) {
      LOG.warn("The files of '{}' do not come: {}", lease.grant().jobName(), e.sentence());
    }
    return true;
  }
}

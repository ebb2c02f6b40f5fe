package blenderer.server.routes;

import blenderer.cas.BadManifestException;
import blenderer.cas.ContentStore;
import blenderer.cas.ManifestCodec;
import blenderer.core.History;
import blenderer.core.MadePaths;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.Manifest;
import blenderer.server.scheduling.LiveFarm;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a node may read: the template, the manifest, its files and the step inputs of its live
 * leases (INV-7). The digests of the newest manifests are remembered.
 */
final class LeaseBlobs {

  private static final int MANIFESTS = 64;
  private static final int PAGE = 1000;
  private static final int LEASES = 256;

  private final LiveFarm farm;
  private final History history;
  private final ContentStore store;
  private final Map<Digest, Set<Digest>> manifests =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Set<Digest>> eldest) {
          return size() > MANIFESTS;
        }
      };

  /** What leases may read of earlier steps, by lease. */
  private final Map<String, Set<Digest>> inputs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<Digest>> eldest) {
          return size() > LEASES;
        }
      };

  LeaseBlobs(LiveFarm farm, History history, ContentStore store) {
    this.farm = farm;
    this.history = history;
    this.store = store;
  }

  boolean mayRead(String node, Digest digest) throws IOException {
    for (LiveFarm.Lease lease : farm.leasesOf(node)) {
      Optional<Row.Job> found = farm.unfinishedJob(lease.job());
      if (found.isEmpty()) {
        continue;
      }
      Row.Job job = found.get();
      Digest manifest = job.manifest();
      if (digest.equals(job.template())
          || job.environments().contains(digest)
          || digest.equals(manifest)
          || (manifest != null && filesOf(manifest).contains(digest))) {
        return true;
      }
      if (inputDigests(lease).contains(digest)) {
        return true;
      }
    }
    return false;
  }

  private Set<Digest> filesOf(Digest manifest) throws IOException {
    synchronized (manifests) {
      Set<Digest> known = manifests.get(manifest);
      if (known != null) {
        return known;
      }
    }
    Set<Digest> digests = new HashSet<>();
    Optional<Manifest> read = read(store, manifest);
    if (read.isEmpty()) {
      return Set.of();
    }
    read.get().files().forEach(file -> digests.add(file.digest()));
    synchronized (manifests) {
      manifests.put(manifest, digests);
    }
    return digests;
  }

  /**
   * The manifest of that digest, unless the store lacks it.
   *
   * @throws BadManifestException when the blob is none
   */
  static Optional<Manifest> read(ContentStore store, Digest digest) throws IOException {
    Optional<byte[]> bytes = bytes(store, digest, Long.MAX_VALUE);
    return bytes.map(ManifestCodec::decode);
  }

  /** A whole small blob, unless the store lacks it or it is longer than {@code most}. */
  static Optional<byte[]> bytes(ContentStore store, Digest digest, long most) throws IOException {
    Optional<InputStream> in = store.open(digest, 0, Long.MAX_VALUE);
    if (in.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream stream = in.get()) {
      int bound = (int) Math.min(most, 256 << 20);
      byte[] bytes = stream.readNBytes(bound);
      return bytes.length == bound && stream.read() >= 0 ? Optional.empty() : Optional.of(bytes);
    }
  }

  /** What a lease may read of earlier steps; the node was told at its grant. */
  private Set<Digest> inputDigests(LiveFarm.Lease lease) {
    synchronized (inputs) {
      Set<Digest> known = inputs.get(lease.id());
      if (known != null) {
        return known;
      }
    }
    Set<Digest> digests = new HashSet<>();
    inputs(lease.job(), lease.step()).forEach(output -> digests.add(output.digest()));
    synchronized (inputs) {
      inputs.put(lease.id(), digests);
    }
    return digests;
  }

  /**
   * The newest outputs of all steps that {@code step} depends on, near or far, one a path: a step
   * that ran after another may have replaced what that one made.
   */
  List<Row.Output> inputs(String job, int step) {
    // Of the live farm: this is asked with every grant, and most steps depend on none.
    List<Row.Step> steps = farm.steps(job);
    if (step >= steps.size() || steps.get(step).dependsOn().isEmpty()) {
      return List.of();
    }
    Set<Integer> before = MadePaths.allBefore(steps, step);
    Map<String, Row.Output> byPath = new LinkedHashMap<>();
    long after = 0;
    while (true) {
      List<History.Numbered<History.OutputView>> page = history.outputs(job, after, PAGE);
      for (History.Numbered<History.OutputView> one : page) {
        after = one.number();
        if (one.row().current() && before.contains(one.row().output().step())) {
          byPath.merge(
              one.row().output().path(),
              one.row().output(),
              (a, b) -> MadePaths.comesAfter(steps, a.step(), b.step()) ? a : b);
        }
      }
      if (page.size() < PAGE) {
        return List.copyOf(byPath.values());
      }
    }
  }
}

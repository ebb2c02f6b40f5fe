package blenderer.node.agent;

import blenderer.api.ApiException;
import blenderer.api.Farm;
import blenderer.api.LiveLogs;
import blenderer.api.NodeSync;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A farm with one node, in memory, that keeps the rules of the conversation. */
final class MemoryFarm implements FarmLink {

  private static final class Granted {
    final NodeSync.Grant grant;
    IndexRanges wanted;

    Granted(NodeSync.Grant grant, IndexRanges wanted) {
      this.grant = grant;
      this.wanted = wanted;
    }
  }

  private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
  private final Map<String, Granted> leases = new LinkedHashMap<>();
  private final Map<String, Long> hangs = new HashMap<>();
  private final List<NodeSync.Report> reports = new ArrayList<>();
  private final List<NodeSync.Request> requests = new ArrayList<>();
  private final List<String> uploads = new ArrayList<>();
  private final Set<String> closedLines = new HashSet<>();
  private final Map<String, LiveLogs.Followed> followed = new LinkedHashMap<>();
  private final StringBuilder heard = new StringBuilder();
  private int tellings;
  private long newest = -1;
  private long changes;
  private int overlapping;
  private int mostOverlapping;
  private boolean down;
  private boolean silent;
  private final Deque<NodeSync.Request> unanswered = new ArrayDeque<>();
  private String state = "online";
  private boolean forgetful;
  private @Nullable ApiException refusal;
  private boolean closed;
  private @Nullable List<String> servers;

  Digest blob(String text) {
    return blob(text.getBytes(StandardCharsets.UTF_8));
  }

  synchronized Digest blob(byte[] bytes) {
    Digest digest = Digest.of(bytes);
    blobs.put(digest, bytes);
    return digest;
  }

  synchronized void grant(String lease, NodeSync.Grant grant) {
    leases.put(
        lease,
        new Granted(
            grant,
            IndexRanges.of(
                grant.tasks().stream().mapToInt(NodeSync.GrantedTask::index).toArray())));
    changed();
  }

  synchronized void want(String lease, String indexes) {
    Granted granted = leases.get(lease);
    if (granted != null) {
      granted.wanted = IndexRanges.parse(indexes);
    }
    changed();
  }

  /** From now on the lease's answers say so. */
  synchronized void hangs(String lease, long millis) {
    hangs.put(lease, millis);
    changed();
  }

  synchronized void cancel(String lease) {
    leases.remove(lease);
    changed();
  }

  /** The node's state as the farm wants it. */
  synchronized void state(String now) {
    state = now;
    changed();
  }

  /** Where the farm's servers listen from now on. */
  synchronized void servers(String... now) {
    servers = List.of(now);
    changed();
  }

  synchronized void down(boolean now) {
    down = now;
    changed();
  }

  /** While it is silent, calls get no answer, also those that wait here; they stay under way. */
  synchronized void silent(boolean now) {
    silent = now;
    changed();
  }

  synchronized int unanswered() {
    return unanswered.size();
  }

  /** The call that has been under way for longest without an answer is lost. */
  synchronized void loseOldest() {
    unanswered.removeFirst();
    notifyAll();
  }

  private void stayUnanswered(NodeSync.Request request) {
    unanswered.add(request);
    notifyAll();
    try {
      while (unanswered.contains(request)) {
        wait();
      }
    } catch (InterruptedException e) {
      unanswered.remove(request);
    }
    throw problem(503, "silent");
  }

  /** The next reported blobs are said to be missing once, and are gone. */
  synchronized void forgetful() {
    forgetful = true;
  }

  synchronized void refuse(ApiException with) {
    refusal = with;
    changed();
  }

  private void changed() {
    changes++;
    notifyAll();
  }

  synchronized List<NodeSync.Report> reports() {
    return List.copyOf(reports);
  }

  synchronized List<NodeSync.Request> requests() {
    return List.copyOf(requests);
  }

  synchronized boolean hasLeases() {
    return !leases.isEmpty();
  }

  synchronized List<String> uploads() {
    return List.copyOf(uploads);
  }

  synchronized int mostOverlapping() {
    return mostOverlapping;
  }

  synchronized String text(String digest) {
    byte[] bytes = blobs.get(new Digest(digest));
    return bytes == null ? "absent" : new String(bytes, StandardCharsets.UTF_8);
  }

  private void check() {
    if (down || closed) {
      throw problem(503, "unavailable");
    }
  }

  static ApiException problem(int status, String code) {
    return new ApiException(
        new Farm.Problem(
            status,
            code,
            "The farm said " + code + ".",
            "Wait.",
            status == 503 ? "here" : "never"));
  }

  @Override
  public synchronized Set<Digest> missing(Collection<Digest> digests) {
    check();
    Set<Digest> missing = new HashSet<>(digests);
    missing.removeAll(blobs.keySet());
    return missing;
  }

  @Override
  public synchronized void upload(Digest digest, long size, Path file) {
    check();
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (!Digest.of(bytes).equals(digest)) {
        throw problem(422, "digest-mismatch");
      }
      blobs.put(digest, bytes);
      uploads.add(digest.hex());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void fetch(Digest digest, Path target) {
    check();
    byte[] bytes = blobs.get(digest);
    if (bytes == null) {
      throw problem(404, "blob-not-found");
    }
    try {
      Files.createDirectories(target.getParent());
      Files.write(target, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on somebody follows an attempt's log. */
  synchronized void follow(String lease, int index) {
    followed.put(lease + index, new LiveLogs.Followed(lease, index, 0));
    changed();
  }

  /** Nobody follows anything any more. */
  synchronized void followNothing() {
    followed.clear();
  }

  /** What was told of logs, in the order in which it came. */
  synchronized String heard() {
    return heard.toString();
  }

  /** How often the node called to tell of logs. */
  synchronized int tellings() {
    return tellings;
  }

  @Override
  public synchronized LiveLogs.Wanted tell(LiveLogs.Told told) {
    check();
    tellings++;
    for (LiveLogs.Part part : told.parts()) {
      LiveLogs.Followed now = followed.get(part.lease() + part.index());
      if (now != null && now.from() == part.from()) {
        heard.append(part.text());
        long end = part.from() + part.text().getBytes(StandardCharsets.UTF_8).length;
        follow(part.lease(), part.index(), end);
      }
    }
    return new LiveLogs.Wanted(List.copyOf(followed.values()));
  }

  private void follow(String lease, int index, long from) {
    followed.put(lease + index, new LiveLogs.Followed(lease, index, from));
  }

  @Override
  public Line openLine() {
    String id = Integer.toString(System.identityHashCode(new Object()));
    return new Line() {
      @Override
      public NodeSync.Answer sync(NodeSync.Request request) {
        return MemoryFarm.this.sync(request);
      }

      @Override
      public void close() {
        synchronized (MemoryFarm.this) {
          closedLines.add(id);
        }
      }
    };
  }

  private synchronized NodeSync.Answer sync(NodeSync.Request request) {
    check();
    if (refusal != null) {
      throw refusal;
    }
    requests.add(request);
    newest = Math.max(newest, request.sequence());
    notifyAll();
    if (silent) {
      stayUnanswered(request);
    }
    long before = changes;
    List<NodeSync.Ack> acks = new ArrayList<>();
    request.reports().forEach(report -> acks.add(record(report)));
    if (request.leaving()) {
      leases.clear();
      changed();
    }
    overlapping++;
    mostOverlapping = Math.max(mostOverlapping, overlapping);
    boolean news =
        !acks.isEmpty()
            || request.leaving()
            || !request.leases().stream()
                .map(NodeSync.HeldLease::lease)
                .toList()
                .equals(List.copyOf(leases.keySet()));
    long deadline = System.nanoTime() + request.parkMillis() * 1_000_000;
    try {
      while (!news && changes == before && newest == request.sequence() && !down && !closed) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          break;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      throw problem(503, "interrupted");
    } finally {
      overlapping--;
    }
    if (silent) {
      stayUnanswered(request);
    }
    check();
    if (refusal != null) {
      throw refusal;
    }
    return new NodeSync.Answer(
        request.sequence(),
        state,
        wanted(request),
        acks,
        5_000,
        20_000,
        30_000,
        List.of(),
        null,
        followed.isEmpty() ? null : List.copyOf(followed.values()),
        servers);
  }

  private NodeSync.Ack record(NodeSync.Report report) {
    List<String> missing = new ArrayList<>();
    for (NodeSync.OutputFile file : report.files()) {
      Digest digest = new Digest(file.digest());
      if (forgetful) {
        blobs.remove(digest);
      }
      if (!blobs.containsKey(digest)) {
        missing.add(file.digest());
      }
    }
    forgetful = false;
    String verdict = "recorded";
    if (!missing.isEmpty()) {
      verdict = "missing-files";
    } else if (reports.stream().anyMatch(one -> sameTask(one, report))) {
      verdict = "repeated";
    } else {
      reports.add(report);
      Granted granted = leases.get(report.lease());
      if (granted != null) {
        granted.wanted = without(granted.wanted, report.index());
        if (granted.wanted.isEmpty()) {
          leases.remove(report.lease());
        }
      }
    }
    return new NodeSync.Ack(report.lease(), report.index(), report.generation(), verdict, missing);
  }

  private static boolean sameTask(NodeSync.Report a, NodeSync.Report b) {
    return a.lease().equals(b.lease()) && a.index() == b.index();
  }

  private static IndexRanges without(IndexRanges all, int index) {
    return IndexRanges.of(
        all.toList().stream().filter(one -> one != index).mapToInt(one -> one).toArray());
  }

  private List<NodeSync.WantedLease> wanted(NodeSync.Request request) {
    Set<String> held = new HashSet<>();
    request.leases().forEach(lease -> held.add(lease.lease()));
    List<NodeSync.WantedLease> wanted = new ArrayList<>();
    leases.forEach(
        (id, granted) ->
            wanted.add(
                new NodeSync.WantedLease(
                    id,
                    granted.wanted.toString(),
                    held.contains(id) ? null : granted.grant,
                    hangs.get(id))));
    return wanted;
  }

  @Override
  public synchronized void close() {
    closed = true;
    changed();
  }
}

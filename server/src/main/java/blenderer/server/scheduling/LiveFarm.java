package blenderer.server.scheduling;

import blenderer.api.NodeSync;
import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.model.IndexRanges;
import blenderer.model.JobState;
import blenderer.model.NodeState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the outside may know of the live farm: unfinished jobs, committed leases, which nodes are
 * online, and the soft progress of tasks. Written by the scheduler's thread (progress: by the
 * threads of syncs), read by many.
 */
public final class LiveFarm implements Publication {

  /** A lease that was committed and has not ended, with the soft progress of its tasks. */
  public static final class Lease {
    private final Row.Lease row;
    private final Map<Integer, NodeSync.Progress> progress;
    private final Map<Integer, Long> begun;

    /** Whether its node works on it. No row says so: that is soft, and heard with syncs. */
    private volatile boolean started;

    private Lease(
        Row.Lease row, Map<Integer, NodeSync.Progress> progress, Map<Integer, Long> begun) {
      this.row = row;
      this.progress = progress;
      this.begun = begun;
      this.started = row.started();
    }

    public String id() {
      return row.id();
    }

    public String node() {
      return row.node();
    }

    public String job() {
      return row.job();
    }

    public int step() {
      return row.step();
    }

    public IndexRanges tasks() {
      return row.tasks();
    }

    /** Whether another lease has a right to its task, too. */
    public boolean isTwin() {
      return row.twin();
    }

    /** By task index. */
    public Map<Integer, NodeSync.Progress> progress() {
      return progress;
    }

    /** When the task that is under way was first heard of, wall time; empty: none is. */
    public Optional<Long> underWaySince() {
      return begun.entrySet().stream().max(Map.Entry.comparingByKey()).map(Map.Entry::getValue);
    }
  }

  /** An unfinished job with its steps by number. */
  private record LiveJob(Row.Job row, Map<Integer, Row.Step> steps) {}

  private final EventFeed feed;
  private final Map<String, LiveJob> jobs = new ConcurrentHashMap<>();
  private final Map<String, Lease> leases = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Lease>> leasesOfNode = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Lease>> leasesOfJob = new ConcurrentHashMap<>();
  private final Map<String, Lease> twins = new ConcurrentHashMap<>();
  private final Map<String, Row.Node> nodes = new ConcurrentHashMap<>();
  private final Map<String, Long> seen = new ConcurrentHashMap<>();
  private final Map<String, NodeSync.Host> hosts = new ConcurrentHashMap<>();
  private volatile Set<String> online = Set.of();

  public LiveFarm(EventFeed feed) {
    this.feed = feed;
  }

  @Override
  public void loaded(Journal.Snapshot snapshot) {
    Set<String> known = new HashSet<>();
    snapshot.jobs().forEach(job -> known.add(job.job().id()));
    snapshot.leases().forEach(lease -> known.add(lease.id()));
    snapshot.nodes().forEach(node -> known.add(node.id()));
    // What goes on keeps what is soft of it; readers see no gap.
    jobs.keySet().retainAll(known);
    List.copyOf(leases.keySet()).stream().filter(id -> !known.contains(id)).forEach(this::end);
    nodes.keySet().retainAll(known);
    snapshot.nodes().forEach(node -> nodes.put(node.id(), node));
    for (Journal.JobSnapshot job : snapshot.jobs()) {
      put(job.job());
      job.steps().forEach(step -> put(step.step()));
    }
    snapshot.leases().forEach(this::put);
    feed.restart(snapshot.revision());
  }

  @Override
  public void committed(long revision, List<Row> rows) {
    Set<EventFeed.Thing> touched = new LinkedHashSet<>();
    // What a node works on is not part of its row: a reader that misses it has missed no revision.
    Set<EventFeed.Soft> busy = new LinkedHashSet<>();
    for (Row row : rows) {
      switch (row) {
        case Row.Job job -> {
          put(job);
          touched.add(job(job.id()));
        }
        case Row.Step step -> {
          put(step);
          touched.add(job(step.job()));
        }
        case Row.Task task -> touched.add(job(task.job()));
        case Row.Attempt attempt -> touched.add(job(attempt.job()));
        case Row.Output output -> touched.add(job(output.job()));
        case Row.Look look -> touched.add(job(look.job()));
        case Row.Judgement judgement -> touched.add(job(judgement.job()));
        case Row.Lease lease -> {
          put(lease);
          busy.add(new EventFeed.Soft.Node(lease.node()));
          if (lease.twin()) {
            touched.add(job(lease.job()));
          }
        }
        case Row.LeaseEnded(String id) ->
            end(id).ifPresent(node -> busy.add(new EventFeed.Soft.Node(node)));
        case Row.Node node -> {
          nodes.put(node.id(), node);
          touched.add(nodeThing(node.id()));
        }
        case Row.Limit _ -> {}
        case Row.Cleaned cleaned -> touched.add(job(cleaned.job()));
        case Row.JobDeleted(String id) -> {
          jobs.remove(id);
          leasesOfJob(id)
              .forEach(
                  lease ->
                      end(lease.id()).ifPresent(node -> busy.add(new EventFeed.Soft.Node(node))));
          touched.add(job(id));
        }
      }
    }
    for (Row row : rows) {
      if (row instanceof Row.Job job && job.state().isFinished()) {
        jobs.remove(job.id());
        leasesOfJob.computeIfPresent(job.id(), (_, left) -> left.isEmpty() ? null : left);
      }
    }
    feed.changed(revision, touched);
    if (!busy.isEmpty()) {
      feed.softly(busy);
    }
  }

  private static EventFeed.Thing job(String id) {
    return new EventFeed.Thing("job", id);
  }

  private static EventFeed.Thing nodeThing(String id) {
    return new EventFeed.Thing("node", id);
  }

  private void put(Row.Job row) {
    jobs.compute(
        row.id(),
        (_, old) -> new LiveJob(row, old == null ? new ConcurrentHashMap<>() : old.steps()));
  }

  private void put(Row.Step row) {
    LiveJob job = jobs.get(row.job());
    if (job != null) {
      job.steps().put(row.step(), row);
    }
  }

  private void put(Row.Lease row) {
    Lease old = leases.get(row.id());
    Lease lease =
        old == null
            ? new Lease(row, new ConcurrentHashMap<>(), new ConcurrentHashMap<>())
            : new Lease(row, old.progress(), old.begun);
    lease.started |= old != null && old.started;
    leases.put(row.id(), lease);
    if (row.twin()) {
      twins.put(row.id(), lease);
    } else {
      twins.remove(row.id());
    }
    leasesOfNode.computeIfAbsent(row.node(), _ -> new ConcurrentHashMap<>()).put(row.id(), lease);
    leasesOfJob.computeIfAbsent(row.job(), _ -> new ConcurrentHashMap<>()).put(row.id(), lease);
  }

  private Optional<String> end(String id) {
    Lease lease = leases.remove(id);
    twins.remove(id);
    if (lease == null) {
      return Optional.empty();
    }
    Map<String, Lease> ofNode = leasesOfNode.get(lease.node());
    if (ofNode != null) {
      ofNode.remove(id);
    }
    Map<String, Lease> ofJob = leasesOfJob.get(lease.job());
    if (ofJob != null) {
      ofJob.remove(id);
      if (ofJob.isEmpty() && !jobs.containsKey(lease.job())) {
        leasesOfJob.remove(lease.job());
      }
    }
    return Optional.of(lease.node());
  }

  @Override
  public void online(Set<String> nodes) {
    Set<String> before = online;
    online = nodes;
    List<EventFeed.Soft> touched = new ArrayList<>();
    for (String node : nodes) {
      if (!before.contains(node)) {
        touched.add(new EventFeed.Soft.Node(node));
      }
    }
    for (String node : before) {
      if (!nodes.contains(node)) {
        touched.add(new EventFeed.Soft.Node(node));
      }
    }
    feed.softly(touched);
  }

  /** A node called at that wall time and told how far its tasks are. */
  public void heard(
      String node, long wall, NodeSync.@Nullable Host host, List<NodeSync.HeldLease> held) {
    seen.put(node, wall);
    if (host != null) {
      hosts.put(node, host);
    }
    List<EventFeed.Soft> news = new ArrayList<>();
    for (NodeSync.HeldLease one : held) {
      Lease lease = leases.get(one.lease());
      if (lease == null || !lease.node().equals(node)) {
        continue;
      }
      lease.started = one.started();
      for (NodeSync.Progress progress : one.progress()) {
        lease.begun.putIfAbsent(progress.index(), wall);
        if (lease.tasks().contains(progress.index())
            && !progress.equals(lease.progress().put(progress.index(), progress))) {
          news.add(new EventFeed.Soft.Progress(lease.id(), progress.index()));
        }
      }
    }
    if (!news.isEmpty()) {
      feed.softly(news);
    }
  }

  /** What no row says: how far tasks are, and how nodes are. For servers that follow. */
  public SoftFarm soft() {
    List<SoftFarm.Node> softNodes = new ArrayList<>();
    seen.forEach((id, at) -> softNodes.add(new SoftFarm.Node(id, at, hosts.get(id))));
    List<SoftFarm.Lease> softLeases = new ArrayList<>();
    for (Lease lease : leases.values()) {
      if (lease.started || !lease.progress().isEmpty()) {
        softLeases.add(
            new SoftFarm.Lease(
                lease.id(),
                lease.started,
                List.copyOf(lease.progress().values()),
                Map.copyOf(lease.begun)));
      }
    }
    return new SoftFarm(List.copyOf(online), softNodes, softLeases);
  }

  /** Whether somebody reads events. */
  public boolean isWatched() {
    return feed.isWatched();
  }

  /** What the leading server says of it. */
  public void take(SoftFarm farm) {
    online(Set.copyOf(farm.online()));
    for (SoftFarm.Node node : farm.nodes()) {
      seen.put(node.id(), node.seenAt());
      if (node.host() != null) {
        hosts.put(node.id(), node.host());
      }
    }
    List<EventFeed.Soft> news = new ArrayList<>();
    for (SoftFarm.Lease told : farm.leases()) {
      Lease lease = leases.get(told.id());
      if (lease == null) {
        continue;
      }
      if (lease.started != told.started()) {
        lease.started = told.started();
        news.add(new EventFeed.Soft.Node(lease.node()));
      }
      told.begun().forEach(lease.begun::putIfAbsent);
      for (NodeSync.Progress progress : told.progress()) {
        if (!progress.equals(lease.progress().put(progress.index(), progress))) {
          news.add(new EventFeed.Soft.Progress(lease.id(), progress.index()));
        }
      }
    }
    if (!news.isEmpty()) {
      feed.softly(news);
    }
  }

  /** When the node last called, if it did since the server started; wall time. */
  public Optional<Long> seenAt(String node) {
    return Optional.ofNullable(seen.get(node));
  }

  /** How the node's computer is, if it said so since the server started. */
  public Optional<NodeSync.Host> host(String node) {
    return Optional.ofNullable(hosts.get(node));
  }

  public boolean isOnline(String node) {
    return online.contains(node);
  }

  /** The leases of a node. */
  public Collection<Lease> leasesOf(String node) {
    Map<String, Lease> mine = leasesOfNode.get(node);
    return mine == null ? List.of() : mine.values();
  }

  /** The leases of a job. */
  public Collection<Lease> leasesOfJob(String job) {
    Map<String, Lease> all = leasesOfJob.get(job);
    return all == null ? List.of() : List.copyOf(all.values());
  }

  /** The idle node that does a task, too, which another one is slow at. */
  public Optional<String> twinOf(String job, int step, int index) {
    return twins.isEmpty()
        ? Optional.empty()
        : twins.values().stream()
            .filter(
                lease ->
                    lease.job().equals(job)
                        && lease.step() == step
                        && lease.tasks().contains(index))
            .map(Lease::node)
            .findFirst();
  }

  /** How many jobs are in a state that is not the end. */
  public long unfinishedJobs(JobState state) {
    return jobs.values().stream().filter(job -> job.row().state() == state).count();
  }

  /** How many nodes are in a state, as people see it. */
  public long nodes(NodeState state) {
    return nodes.values().stream().filter(node -> state(node) == state).count();
  }

  /** A node's state as people see it: what is wanted of it, unless it is away. */
  public NodeState state(Row.Node node) {
    return isOnline(node.id()) || node.wish() == NodeState.QUARANTINED
        ? node.wish()
        : NodeState.OFFLINE;
  }

  /** The slots of nodes that are online. */
  public long onlineSlots() {
    return nodes.values().stream()
        .filter(node -> isOnline(node.id()))
        .mapToLong(Row.Node::slots)
        .sum();
  }

  /** How many nodes are online. */
  public long onlineNodes() {
    return online.size();
  }

  /** The slots that nodes say they work on. */
  public long busySlots() {
    return leases.values().stream().filter(lease -> lease.started).count();
  }

  /** How many leases there are. */
  public long leaseCount() {
    return leases.size();
  }

  /** A node's row. */
  public Optional<Row.Node> node(String id) {
    return Optional.ofNullable(nodes.get(id));
  }

  public Optional<Lease> lease(@Nullable String id) {
    return id == null ? Optional.empty() : Optional.ofNullable(leases.get(id));
  }

  /** An unfinished job's row. */
  public Optional<Row.Job> unfinishedJob(String id) {
    return Optional.ofNullable(jobs.get(id)).map(LiveJob::row);
  }

  /** All steps of an unfinished job, by number; empty if it is none. */
  public List<Row.Step> steps(String job) {
    LiveJob live = jobs.get(job);
    return live == null
        ? List.of()
        : live.steps().values().stream().sorted(Comparator.comparingInt(Row.Step::step)).toList();
  }

  /** A step of an unfinished job. */
  public Optional<Row.Step> step(String job, int step) {
    LiveJob live = jobs.get(job);
    return live == null ? Optional.empty() : Optional.ofNullable(live.steps().get(step));
  }
}

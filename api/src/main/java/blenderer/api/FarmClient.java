package blenderer.api;

import blenderer.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The typed client of a farm's API: one method a route. Blocking, safe for many threads, opens
 * connections when they are needed. Every method may throw {@link ApiException} (the server said
 * no) and {@link UnreachableException} (it said nothing); calls that are safe to repeat are
 * repeated for as long as the options' patience.
 */
public final class FarmClient implements AutoCloseable {

  private static final int MOST_DIGESTS = 10_000;

  /** A server says something every 15 seconds; after this another one is listened to. */
  private static final Duration EVENT_SILENCE = Duration.ofSeconds(20);

  private final ClientOptions options;
  private final HttpPool pool;
  private final FarmHttp http;
  private final BlobTransfer blobs;
  private final BlobCalls blobCalls;

  public FarmClient(ConnectionString server) {
    this(server, ClientOptions.defaults());
  }

  public FarmClient(ConnectionString server, ClientOptions options) {
    this.options = options;
    this.pool = new HttpPool(server, options.connectTimeout());
    this.http = new FarmHttp(pool, options);
    this.blobCalls = new BlobCalls(pool, http, options);
    this.blobs =
        new BlobTransfer(blobCalls, options.retry().withPatience(options.transferPatience()));
  }

  // Keys and the server.

  /** Turns the connection's invite into a key; repeating it is safe. */
  public Farm.Identity enrol(Farm.Enrol enrol) {
    return http.send("POST", "/v1/enrol", enrol, Farm.Identity.class);
  }

  public Farm.Identity whoami() {
    return http.get("/v1/whoami", Farm.Identity.class);
  }

  public Farm.Server server() {
    return http.get("/v1/server", Farm.Server.class);
  }

  /** Not repeated: two calls would make two invites. */
  public Farm.Invite invite(Farm.NewInvite invite) {
    return http.sendOnce("POST", "/v1/invites", invite, Farm.Invite.class);
  }

  public Farm.InviteList invites() {
    return http.get("/v1/invites", Farm.InviteList.class);
  }

  public void revokeInvite(String id) {
    delete("/v1/invites/" + FarmHttp.encode(id));
  }

  public Farm.KeyList keys() {
    return http.get("/v1/keys", Farm.KeyList.class);
  }

  public void revokeKey(String id) {
    delete("/v1/keys/" + FarmHttp.encode(id));
  }

  /** Says how far a person's jobs may go, in one project or wherever nothing else is set. */
  public Farm.Key permit(String name, Farm.Permit permit) {
    return http.send(
        "PUT", "/v1/people/" + FarmHttp.encode(name) + "/permission", permit, Farm.Key.class);
  }

  /** How much the whole farm has of what it has not much of. */
  public Farm.LimitList limits() {
    return http.get("/v1/limits", Farm.LimitList.class);
  }

  /** Says how much of something the whole farm has. */
  public Farm.Limit setLimit(String name, Farm.NewLimit limit) {
    return http.send("PUT", "/v1/limits/" + FarmHttp.encode(name), limit, Farm.Limit.class);
  }

  /** From now on the farm counts nothing of that name. */
  public void removeLimit(String name) {
    delete("/v1/limits/" + FarmHttp.encode(name));
  }

  /**
   * What people and projects used of the farm.
   *
   * @param by some of day, person, project and node, with commas
   * @param from a day such as {@code 2026-11-26}; null: 30 days
   * @param to a day; null: today
   */
  public Reports.Usage usage(String by, @Nullable String from, @Nullable String to) {
    return http.get(
        FarmHttp.target("/v1/usage", "by", by, "from", from, "to", to), Reports.Usage.class);
  }

  /**
   * Which person changed what, newest first.
   *
   * @param person null: anybody
   * @param after the {@code next} of the page before
   */
  public Reports.AuditPage audit(@Nullable String person, @Nullable String after, int limit) {
    return http.get(
        FarmHttp.target("/v1/audit", "person", person, "after", after, "limit", limit),
        Reports.AuditPage.class);
  }

  /** The renderers that nodes fetch. */
  public Archives.ArchiveList archives() {
    return http.get("/v1/renderers", Archives.ArchiveList.class);
  }

  /** Gives the farm a renderer whose archive is uploaded already. */
  public Archives.Archive addArchive(Archives.NewArchive archive) {
    return http.send("POST", "/v1/renderers", archive, Archives.Archive.class);
  }

  /** Takes it away from the farm and from its nodes. */
  public void removeArchive(String digest) {
    delete("/v1/renderers/" + FarmHttp.encode(digest));
  }

  /** The DER of the certificate of the farm's own authority. */
  public byte[] certificate() {
    return options.retry().retrying(this::readCertificate);
  }

  private byte[] readCertificate() {
    HttpCall call = new HttpCall("GET", "/ca.crt", List.of(), null, options.readTimeout(), true);
    try (HttpReply reply = pool.exchange(call)) {
      http.failIfProblem(reply);
      return readUpTo(new BlobCalls.FromServer(reply, pool), 64 << 10);
    }
  }

  /** The server's meters, in Prometheus' text. */
  public String metrics() {
    return options.retry().retrying(this::readMetrics);
  }

  private String readMetrics() {
    HttpCall call = new HttpCall("GET", "/metrics", List.of(), null, options.readTimeout(), true);
    try (HttpReply reply = pool.exchange(call)) {
      http.failIfProblem(reply);
      return new String(
          readUpTo(new BlobCalls.FromServer(reply, pool), 4 << 20), StandardCharsets.UTF_8);
    }
  }

  /** A link that signs a browser in. */
  public Sessions.Link signInLink(Sessions.NewLink wanted) {
    return http.send("POST", "/v1/sign-in-links", wanted, Sessions.Link.class);
  }

  /** Browsers that are signed in. */
  public Sessions.SessionList sessions() {
    return http.get("/v1/sessions", Sessions.SessionList.class);
  }

  /** Signs a browser out. */
  public void endSession(String id) {
    delete("/v1/sessions/" + FarmHttp.encode(id));
  }

  /** What holds the store's bytes. */
  public CleanUp.Storage storage() {
    return http.get("/v1/storage", CleanUp.Storage.class);
  }

  /** What of finished jobs goes by itself. */
  public CleanUp.Rules cleanRules() {
    return http.get("/v1/clean-up/rules", CleanUp.Rules.class);
  }

  /** Sets what of finished jobs goes by itself. */
  public CleanUp.Rules setCleanRules(CleanUp.Rules rules) {
    return http.send("PUT", "/v1/clean-up/rules", rules, CleanUp.Rules.class);
  }

  /** Cleans up, or says what would go. */
  public CleanUp.Report cleanUp(CleanUp.Run run) {
    return http.send("POST", "/v1/clean-up", run, CleanUp.Report.class);
  }

  private void delete(String target) {
    http.send("DELETE", target, null, FarmHttp.Done.class);
  }

  // Files.

  /** Which of these the content store lacks; asked in portions. */
  public Set<Digest> missing(Collection<Digest> digests) {
    List<String> all = digests.stream().distinct().map(Digest::hex).toList();
    Set<Digest> missing = new HashSet<>();
    for (int at = 0; at < all.size(); at += MOST_DIGESTS) {
      List<String> some = all.subList(at, Math.min(all.size(), at + MOST_DIGESTS));
      Farm.MissingBlobs answer =
          http.send("POST", "/v1/blobs/missing", new Farm.Digests(some), Farm.MissingBlobs.class);
      answer.missing().forEach(hex -> missing.add(new Digest(hex)));
    }
    return missing;
  }

  /**
   * Puts a blob into the content store: a small one in one call, others in parts; goes on where an
   * earlier try stopped.
   *
   * @throws LocalFileException when the source cannot be read or is shorter than {@code size}
   * @throws ApiException {@code digest-mismatch} when the source has another digest
   */
  public void uploadBlob(Digest digest, long size, BlobSource source, TransferProgress progress) {
    blobs.upload(digest, size, source, progress);
  }

  /**
   * Gets a blob into a file, which is there whole and synced or not at all. What an interrupted
   * call left is used by the next one with the same target.
   *
   * @throws LocalFileException when it cannot be written, or has another digest twice
   */
  public void downloadBlob(Digest digest, Path target, TransferProgress progress) {
    blobs.download(digest, target, progress);
  }

  /**
   * Gets a small blob into memory.
   *
   * @param most the most bytes it may have
   * @throws LocalFileException {@code digest-mismatch}, or {@code blob-too-large}
   */
  public byte[] blob(Digest digest, int most) {
    return options.retry().retrying(() -> readBlob(digest, most));
  }

  private byte[] readBlob(Digest digest, int most) {
    try (BlobReply reply = blobCalls.openBlob(digest.hex(), null)) {
      byte[] bytes = readUpTo(reply, most + 1);
      if (bytes.length > most) {
        throw new LocalFileException(
            "blob-too-large",
            "The file " + digest + " has more than " + most + " bytes.",
            "Download it to a file.",
            null);
      }
      if (!Digest.of(bytes).equals(digest)) {
        throw new LocalFileException(
            "digest-mismatch",
            "What arrived is not the file with the digest " + digest + ".",
            "Try again; if it happens again, the server's disk is damaged.",
            null);
      }
      return bytes;
    }
  }

  private static byte[] readUpTo(BlobReply reply, int most) {
    try {
      return reply.body().readNBytes(most);
    } catch (IOException e) {
      throw reply.lost(e);
    }
  }

  /** What would go wrong with a scene on this farm. */
  public Checks.Answer preflight(Checks.Ask ask) {
    return http.send("POST", "/v1/preflight", ask, Checks.Answer.class);
  }

  // Jobs.

  /**
   * Creates a job.
   *
   * @param idempotencyKey made once by the caller; the same key makes a repeat give the same job
   */
  public Jobs.Job submit(Jobs.Submit job, String idempotencyKey) {
    return http.send(
        "POST",
        "/v1/jobs",
        List.of(new HttpCall.Header("Idempotency-Key", idempotencyKey)),
        job,
        Jobs.Job.class);
  }

  /** Makes another job of the same files, with changes. */
  public Jobs.Job copy(String id, Films.Clone changes, String idempotencyKey) {
    return http.send(
        "POST",
        "/v1/jobs/" + FarmHttp.encode(id) + "/clone",
        List.of(new HttpCall.Header("Idempotency-Key", idempotencyKey)),
        changes,
        Jobs.Job.class);
  }

  /** Takes frames off a job. */
  public Jobs.Job skip(String id, Films.Skip frames) {
    return http.send("POST", "/v1/jobs/" + FarmHttp.encode(id) + "/skip", frames, Jobs.Job.class);
  }

  /**
   * Which jobs to list; null: any.
   *
   * @param after the {@code next} of the page before
   */
  public record JobFilter(
      @Nullable String state,
      @Nullable String owner,
      @Nullable String project,
      @Nullable String after,
      @Nullable Integer limit) {

    /** Every job, from the first page. */
    public static final JobFilter ALL = new JobFilter(null, null, null, null, null);
  }

  public Jobs.JobPage jobs(JobFilter filter) {
    return http.get(
        FarmHttp.target(
            "/v1/jobs",
            "state",
            filter.state(),
            "owner",
            filter.owner(),
            "project",
            filter.project(),
            "after",
            filter.after(),
            "limit",
            filter.limit()),
        Jobs.JobPage.class);
  }

  public Jobs.Job job(String id) {
    return http.get(job(id, ""), Jobs.Job.class);
  }

  public Jobs.Job change(String id, Jobs.Change change) {
    return http.send("PATCH", job(id, ""), change, Jobs.Job.class);
  }

  public void deleteJob(String id) {
    delete(job(id, ""));
  }

  public Jobs.Job cancel(String id) {
    return http.send("POST", job(id, "/cancel"), null, Jobs.Job.class);
  }

  public Jobs.Job pause(String id) {
    return http.send("POST", job(id, "/pause"), null, Jobs.Job.class);
  }

  public Jobs.Job resume(String id) {
    return http.send("POST", job(id, "/resume"), null, Jobs.Job.class);
  }

  /** Not repeated: two calls would make two generations. */
  public Jobs.Job retry(String id, Jobs.Retry retry) {
    return http.sendOnce("POST", job(id, "/retry"), retry, Jobs.Job.class);
  }

  /** Lets the tasks run that wait until somebody has seen the first results. */
  public Jobs.Job approve(String id) {
    return http.send("POST", job(id, "/approve"), null, Jobs.Job.class);
  }

  /** Takes flagged pictures as they are. */
  public Jobs.Job accept(String id, Jobs.Accept accept) {
    return http.send("POST", job(id, "/accept"), accept, Jobs.Job.class);
  }

  /**
   * Which tasks or attempts of a job to list; null: any.
   *
   * @param step a step's name
   * @param state a word of {@code TaskState} or, for frames, of {@code LookState}
   * @param frames a range expression over the items
   * @param after the {@code next} of the page before
   */
  public record TaskFilter(
      @Nullable String step,
      @Nullable String state,
      @Nullable String frames,
      @Nullable String after,
      @Nullable Integer limit) {

    /** Every task, from the first page. */
    public static final TaskFilter ALL = new TaskFilter(null, null, null, null, null);

    public TaskFilter after(@Nullable String next) {
      return new TaskFilter(step, state, frames, next, limit);
    }
  }

  public Jobs.TaskPage tasks(String id, TaskFilter filter) {
    return http.get(page(id, "/tasks", filter), Jobs.TaskPage.class);
  }

  /**
   * Finished results with what their pictures look like.
   *
   * @param filter its state is a word of {@code LookState}
   */
  public Jobs.FramePage frames(String id, TaskFilter filter) {
    return http.get(page(id, "/frames", filter), Jobs.FramePage.class);
  }

  public Jobs.AttemptPage attempts(String id, TaskFilter filter) {
    return http.get(page(id, "/attempts", filter), Jobs.AttemptPage.class);
  }

  private static String page(String id, String list, TaskFilter filter) {
    return FarmHttp.target(
        job(id, list),
        "step",
        filter.step(),
        "state",
        filter.state(),
        "frames",
        filter.frames(),
        "after",
        filter.after(),
        "limit",
        filter.limit());
  }

  /**
   * A job's files in the order of their commits.
   *
   * @param after the {@code next} of the page before; null: from the first
   * @param wait how long, up to 25 s, the server waits for something new
   */
  public Jobs.OutputPage outputs(String id, @Nullable String after, Duration wait) {
    return http.get(
        FarmHttp.target(
            job(id, "/outputs"), "after", after, "wait", wait.isZero() ? null : wait.toSeconds()),
        wait,
        Jobs.OutputPage.class);
  }

  public Jobs.Why why(String id) {
    return http.get(job(id, "/why"), Jobs.Why.class);
  }

  private static String job(String id, String rest) {
    return "/v1/jobs/" + FarmHttp.encode(id) + rest;
  }

  /**
   * What is new in the log of an attempt that is under way.
   *
   * @param lease of which attempt; null: whichever does the task
   * @param from the {@code next} of the answer before, or 0
   * @param wait how long, up to 25 s, the server waits for something new
   */
  public LiveLogs.Log log(
      String id, int step, int index, @Nullable String lease, long from, Duration wait) {
    return http.get(
        FarmHttp.target(
            job(id, "/frames/" + step + "/" + index + "/log"),
            "lease",
            lease,
            "from",
            from,
            "wait",
            wait.toSeconds()),
        wait,
        LiveLogs.Log.class);
  }

  /** Tells what is new in the logs of this node's attempts. Not repeated: it is soft. */
  public LiveLogs.Wanted tellLogs(LiveLogs.Told told) {
    return http.sendOnce("POST", "/v1/node/logs", told, LiveLogs.Wanted.class);
  }

  // Nodes and events.

  public Farm.NodeList nodes() {
    return http.get("/v1/nodes", Farm.NodeList.class);
  }

  public Farm.Node pauseNode(String name) {
    return node(name, "/pause");
  }

  /** Sets a node aside until it has passed its self-test. */
  public Farm.Node quarantineNode(String name) {
    return node(name, "/quarantine");
  }

  public Farm.Node drainNode(String name) {
    return node(name, "/drain");
  }

  public Farm.Node resumeNode(String name) {
    return node(name, "/resume");
  }

  /**
   * Puts a node in pools.
   *
   * @param pools null: those that its owner named
   */
  public Farm.Node poolNode(String name, @Nullable List<String> pools) {
    return http.send(
        "PUT",
        "/v1/nodes/" + FarmHttp.encode(name) + "/pools",
        new Farm.Pools(pools),
        Farm.Node.class);
  }

  private Farm.Node node(String name, String action) {
    return http.send("POST", "/v1/nodes/" + FarmHttp.encode(name) + action, null, Farm.Node.class);
  }

  /** A connection of its own for {@code /v1/node/sync}. */
  public SyncLine syncLine() {
    return new SyncLine(http, options.readTimeout());
  }

  /**
   * Opens the stream of events.
   *
   * @param lastId where to go on; null: from now
   */
  public EventStream events(@Nullable String lastId) {
    List<HttpCall.Header> headers = new ArrayList<>();
    headers.add(new HttpCall.Header("Accept", "text/event-stream"));
    if (lastId != null) {
      headers.add(new HttpCall.Header("Last-Event-ID", lastId));
    }
    Duration silence =
        pool.addresses().areSeveral() ? EVENT_SILENCE : options.readTimeout().multipliedBy(2);
    HttpCall call = new HttpCall("GET", "/v1/events", headers, null, silence, true);
    HttpReply reply = options.retry().retrying(() -> openEvents(call));
    return new EventStream(reply, pool, lastId);
  }

  private HttpReply openEvents(HttpCall call) {
    HttpReply reply = pool.exchange(call);
    if (reply.status >= 400) {
      try (reply) {
        http.failIfProblem(reply);
      }
    }
    return reply;
  }

  /** Cuts every call under way. */
  @Override
  public void close() {
    pool.close();
  }
}

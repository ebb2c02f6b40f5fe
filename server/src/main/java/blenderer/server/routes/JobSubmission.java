package blenderer.server.routes;

import blenderer.api.Jobs;
import blenderer.cas.BadManifestException;
import blenderer.cas.BlobRow;
import blenderer.cas.ContentStore;
import blenderer.cas.SpaceGuard;
import blenderer.cas.StoreResult;
import blenderer.cas.Uploader;
import blenderer.core.Decision.Verdict;
import blenderer.core.Event;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.ClaimStore;
import blenderer.model.Digest;
import blenderer.model.JobState;
import blenderer.model.Manifest;
import blenderer.model.Permission;
import blenderer.openjd.Job;
import blenderer.openjd.Templates;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.scheduling.Ulid;
import blenderer.server.trust.Action;
import blenderer.server.trust.Gate;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/jobs}. The id is claimed for the idempotency key before anything else, and the
 * journal marks the claim in the transaction that writes the job, so no crash makes two (INV-1).
 */
final class JobSubmission {

  private static final int LONGEST_TEXT = 128;
  private static final int MOST_SETTINGS_CHARACTERS = 256 << 10;
  private static final int NAMED = 5;
  private static final int MOST_ENVIRONMENTS = 32;
  private static final Pattern VERSION = Pattern.compile("\\d{1,6}(\\.\\d{1,6}){0,3}");

  private final ContentStore store;
  private final SpaceGuard space;
  private final ClaimStore claims;
  private final SchedulerLoop scheduler;
  private final History history;
  private final TemplateSource shipped;
  private final AccountStore accounts;
  private final PriorityCeiling ceiling;
  private final JobCheck check = new JobCheck();
  private final Views views;
  private final Gate gate;
  private final InstantSource clock;
  private final List<ReentrantLock> locks = new ArrayList<>();

  JobSubmission(
      ContentStore store,
      SpaceGuard space,
      ClaimStore claims,
      SchedulerLoop scheduler,
      History history,
      TemplateSource shipped,
      AccountStore accounts,
      Views views,
      Gate gate,
      InstantSource clock) {
    this.store = store;
    this.space = space;
    this.claims = claims;
    this.scheduler = scheduler;
    this.history = history;
    this.ceiling = new PriorityCeiling(history);
    this.shipped = shipped;
    this.accounts = accounts;
    this.views = views;
    this.gate = gate;
    this.clock = clock;
    for (int i = 0; i < 64; i++) {
      locks.add(new ReentrantLock());
    }
  }

  Endpoint endpoint() {
    return new Endpoint("POST", "/v1/jobs", Action.RUN_JOBS, this::submit);
  }

  private void submit(Exchange exchange, Identity caller) throws IOException {
    submit(exchange, caller, idempotencyKey(exchange), exchange.json(Jobs.Submit.class));
  }

  static String idempotencyKey(Exchange exchange) {
    String key = exchange.header("Idempotency-Key").orElse("");
    if (key.isEmpty() || key.length() > LONGEST_TEXT) {
      throw HttpError.badRequest(
          "idempotency-key-missing",
          "A submission needs the header Idempotency-Key with 1 to " + LONGEST_TEXT + " letters.",
          "Make a random one and repeat the same submission with the same one.");
    }
    return key;
  }

  /** Makes the job, or finds the one that was made with this key, and answers with it. */
  void submit(Exchange exchange, Identity caller, String key, Jobs.Submit submit)
      throws IOException {
    check(submit);
    ceiling.check(caller, submit.priority());
    // Two calls with one key at the same time: the second sees what the first made.
    ReentrantLock lock = locks.get(Math.floorMod((caller.name() + '\n' + key).hashCode(), 64));
    lock.lock();
    try {
      long now = clock.millis();
      switch (claims.claim(caller.name(), key, bodyHash(submit), Ulid.next(now), now)) {
        case ClaimStore.Claim.OtherBody() ->
            throw HttpError.of(
                409,
                "idempotency-mismatch",
                "The Idempotency-Key '" + key + "' was used for another submission.",
                "Make a new key for a new submission.");
        case ClaimStore.Claim.Create(String id) -> {
          create(exchange, caller, submit, id, now);
          answer(exchange, id);
        }
        case ClaimStore.Claim.Created(String id) -> answer(exchange, id);
      }
    } finally {
      lock.unlock();
    }
  }

  private void answer(Exchange exchange, String id) throws IOException {
    History.JobView view =
        history
            .job(id)
            .orElseThrow(
                () ->
                    HttpError.of(
                        409,
                        "job-deleted",
                        "This submission made job " + id + ", which was deleted since.",
                        "Make a new Idempotency-Key to submit it again."));
    exchange.answerHeader("Location", "/v1/jobs/" + id);
    exchange.json(201, views.job(view));
  }

  private static String bodyHash(Jobs.Submit submit) throws IOException {
    return Digest.of(
            Exchange.JSON
                .writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .writeValueAsBytes(submit))
        .hex();
  }

  private static void check(Jobs.Submit submit) {
    Query.need(submit.template(), "template");
    Query.need(submit.parameters(), "parameters");
    Query.need(submit.requirements(), "requirements");
    Query.need(submit.settings(), "settings");
    checkText("name", Query.need(submit.name(), "name"), 0);
    checkText("project", Query.need(submit.project(), "project"), 1);
    checkMap("parameters", submit.parameters());
    checkMap("settings", submit.settings());
    String probe = submit.probe();
    if (probe != null && !List.of("first", "hold", "preview").contains(probe)) {
      throw HttpError.of(
          422,
          "bad-probe",
          "'" + probe + "' is no kind of probe.",
          "Give first, hold, preview, or none.");
    }
    submit
        .requirements()
        .forEach(
            requirement -> {
              Query.need(requirement, "requirements");
              Query.need(requirement.renderer(), "requirements/renderer");
              Query.need(requirement.atLeast(), "requirements/atLeast");
              checkVersion(requirement.atLeast());
              checkVersion(requirement.version());
              if (!requirement.build().isEmpty() && !Digest.isValid(requirement.build())) {
                throw HttpError.of(
                    422,
                    "bad-requirement",
                    "'" + requirement.build() + "' is no build of a renderer.",
                    "Use the whole digest, as 'blenderer nodes --json' has it.");
              }
            });
  }

  /** The scheduler compares versions without looking whether they are any. */
  private static void checkVersion(String version) {
    if (!version.isEmpty() && !VERSION.matcher(version).matches()) {
      throw HttpError.of(
          422,
          "bad-requirement",
          "'" + version + "' is no version of a renderer.",
          "Use numbers with dots between them, such as 3.4 or 3.4.1.");
    }
  }

  private static void checkMap(String name, Map<String, String> map) {
    long length = 0;
    for (Map.Entry<String, String> entry : map.entrySet()) {
      length += entry.getKey().length() + Query.need(entry.getValue(), name).length();
    }
    if (length > MOST_SETTINGS_CHARACTERS) {
      throw HttpError.of(
          422,
          "field-too-long",
          "The " + name + " have " + length + " letters.",
          "Keep them below " + MOST_SETTINGS_CHARACTERS + ".");
    }
  }

  static void checkText(String name, String text, int least) {
    if (text.length() < least
        || text.length() > LONGEST_TEXT
        || text.chars().anyMatch(Character::isISOControl)) {
      throw HttpError.of(
          422,
          "bad-" + name,
          "The " + name + " does not do.",
          "Use " + least + " to " + LONGEST_TEXT + " printable letters.");
    }
  }

  static void checkPriority(int priority) {
    if (priority < 0 || priority > 100) {
      throw HttpError.of(
          422, "bad-priority", "The priority cannot be " + priority + ".", "Give 0 to 100.");
    }
  }

  private void create(Exchange exchange, Identity caller, Jobs.Submit submit, String id, long now)
      throws IOException {
    Optional<StoreResult.NoSpace> full = space.refusal(Uploader.Kind.PERSON, 0);
    if (full.isPresent()) {
      throw BlobRoutes.diskFull(exchange, full.get());
    }
    Digest template = Query.digest("template", submit.template());
    List<Digest> environments = environments(submit);
    Optional<byte[]> own = shipped.find(template);
    Permission needed =
        environments.isEmpty()
            ? own.map(_ -> shipped.needs(template, submit.parameters())).orElse(Permission.COMMANDS)
            : Permission.COMMANDS;
    checkPermission(exchange, caller, submit.project(), needed, own.isEmpty());
    byte[] document = own.isPresent() ? own.get() : document(template, "template");
    List<byte[]> around = new ArrayList<>();
    for (Digest environment : environments) {
      around.add(document(environment, "environment template"));
    }
    Job job = check.resolve(document, around, submit.parameters());
    if (own.isPresent()) {
      store.put(document, Uploader.node("templates"));
    }
    String given = submit.manifest();
    Digest manifest = given == null ? null : Query.digest("manifest", given);
    List<Digest> inputs = inputs(template, environments, manifest);
    Jobs.Terms terms = submit.terms();
    boolean held = terms != null && Boolean.TRUE.equals(terms.hold());
    Row.Job row =
        new Row.Job(
            id,
            submit.name().isEmpty() ? shortened(job.name()) : submit.name(),
            caller.name(),
            submit.project(),
            submit.priority(),
            held ? JobState.HELD : JobState.WAITING,
            now,
            null,
            null,
            null,
            template,
            manifest,
            submit.parameters(),
            submit.requirements(),
            submit.settings(),
            inputs,
            needed,
            own.isEmpty(),
            environments,
            new TermsCheck(history).merged(id, Row.Terms.NONE, terms));
    List<Row.Step> steps =
        StepRows.of(id, job, own.isEmpty(), submit.probe(), TermsCheck.pools(terms));
    Verdict verdict = Waiting.reply(scheduler.act(new Event.Submitted(row, steps)), 0);
    if (verdict instanceof Verdict.Refused(String code, String message)
        && !code.equals("job-exists")) {
      throw HttpError.of(409, code, message, "Submit it again.");
    }
  }

  private static String shortened(String name) {
    return name.length() > LONGEST_TEXT ? name.substring(0, LONGEST_TEXT - 1) + "…" : name;
  }

  private static List<Digest> environments(Jobs.Submit submit) {
    List<String> given = submit.environments();
    if (given == null) {
      return List.of();
    }
    if (given.size() > MOST_ENVIRONMENTS) {
      throw HttpError.of(
          422,
          "too-many-environments",
          given.size() + " environment templates are too many for one job.",
          "Put at most " + MOST_ENVIRONMENTS + " around a job.");
    }
    return given.stream()
        .map(hex -> Query.digest("environments", Query.need(hex, "environments")))
        .toList();
  }

  /** Whoever may not is told what is missing and who can give it. */
  private void checkPermission(
      Exchange exchange, Identity caller, String project, Permission needed, boolean foreign) {
    Permission has = accounts.permission(caller, project);
    if (has.covers(needed)) {
      return;
    }
    String what =
        switch (needed) {
          case TEMPLATES -> "jobs";
          case SCRIPTS -> "scenes that run scripts";
          case COMMANDS ->
              foreign ? "templates that do not ship with Blenderer" : "commands of one's own";
        };
    throw gate.refuse(
        exchange,
        caller,
        "permission-missing",
        "'"
            + caller.name()
            + "' may not submit "
            + what
            + " to project '"
            + project
            + "': that needs the permission '"
            + needed.word()
            + "', and '"
            + has.word()
            + "' is all there is.",
        "Ask an admin to run: blenderer permit "
            + caller.name()
            + " "
            + needed.word()
            + " (for one project: --project "
            + project
            + ").");
  }

  /** A document that was uploaded. */
  private byte[] document(Digest digest, String what) throws IOException {
    BlobRow row = store.find(List.of(digest)).get(digest);
    if (row == null || !store.findMissing(List.of(digest)).isEmpty()) {
      throw missing(Set.of(digest), "the " + what);
    }
    if (row.size() > Templates.MOST_BYTES) {
      throw HttpError.of(
          422,
          "template-too-large",
          "The "
              + what
              + " has "
              + row.size()
              + " bytes; the most is "
              + Templates.MOST_BYTES
              + ".",
          "Make it shorter.");
    }
    return LeaseBlobs.bytes(store, digest, Templates.MOST_BYTES)
        .orElseThrow(() -> missing(Set.of(digest), "the " + what));
  }

  private List<Digest> inputs(Digest template, List<Digest> environments, @Nullable Digest manifest)
      throws IOException {
    Set<Digest> inputs = new LinkedHashSet<>();
    inputs.add(template);
    inputs.addAll(environments);
    if (manifest == null) {
      return List.copyOf(inputs);
    }
    inputs.add(manifest);
    Optional<Manifest> read;
    try {
      read =
          store.findMissing(List.of(manifest)).isEmpty()
              ? LeaseBlobs.read(store, manifest)
              : Optional.empty();
    } catch (BadManifestException e) {
      throw HttpError.of(
          422,
          e.failure().code(),
          "The manifest cannot be used: " + e.failure().message() + ".",
          "Rename the file, or leave it out.");
    }
    if (read.isEmpty()) {
      throw missing(Set.of(manifest), "the manifest");
    }
    read.get().files().forEach(file -> inputs.add(file.digest()));
    List<Digest> all = List.copyOf(inputs);
    Set<Digest> missing = store.findMissing(all);
    if (!missing.isEmpty()) {
      throw missing(
          missing,
          read.get().files().stream()
              .filter(file -> missing.contains(file.digest()))
              .limit(NAMED)
              .map(file -> "'" + file.path() + "'")
              .collect(Collectors.joining(", ")));
    }
    Map<Digest, BlobRow> rows = store.find(all);
    for (Manifest.Entry file : read.get().files()) {
      BlobRow row = rows.get(file.digest());
      if (row != null && row.size() != file.size()) {
        throw HttpError.of(
            422,
            "manifest-size",
            "'" + file.path() + "' has " + row.size() + " bytes, not " + file.size() + ".",
            "Make the manifest again.");
      }
    }
    return all;
  }

  private static HttpError missing(Set<Digest> missing, String names) {
    return HttpError.of(
        409,
        "blobs-missing",
        "The server lacks " + missing.size() + " of the job's files, such as " + names + ".",
        "Upload "
            + missing.stream().limit(NAMED).map(Digest::hex).collect(Collectors.joining(", ")));
  }
}

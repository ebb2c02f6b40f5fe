package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ApiException;
import blenderer.api.BlobSource;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.Jobs;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A person whose jobs keep a farm busy, and who knows what must have become of them: each makes
 * small files whose bytes are known, and one that is put together from them.
 */
final class ChaosWork {

  static final int PARTS = 40;
  private static final int UNFINISHED = 6;

  private static final String TEMPLATE =
      """
      specificationVersion: jobtemplate-2023-09
      name: work
      parameterDefinitions:
        - {name: Out, type: PATH, objectType: DIRECTORY, dataFlow: OUT, default: out}
        - {name: Word, type: STRING}
      steps:
        - name: make
          parameterSpace:
            taskParameterDefinitions:
              - {name: Number, type: INT, range: "1-PARTS"}
          script:
            actions:
              onRun: {command: sh, args: ["{{Task.File.make}}"]}
            embeddedFiles:
              - name: make
                type: TEXT
                data: |
                  set -e
                  sleep 0.$(( {{Task.Param.Number}} % 4 ))
                  i=0
                  while [ $i -lt 300 ]; do
                    echo "{{Param.Word}} {{Task.Param.Number}} $i"
                    i=$((i + 1))
                  done > "{{Param.Out}}/part-{{Task.Param.Number}}.txt"
        - name: bind
          dependencies: [{dependsOn: make}]
          script:
            actions:
              onRun: {command: sh, args: ["{{Task.File.bind}}"]}
            embeddedFiles:
              - name: bind
                type: TEXT
                data: |
                  set -e
                  cd "{{Param.Out}}"
                  for n in $(seq 1 PARTS); do cat part-$n.txt; done > all.txt
      """
          .replace("PARTS", "" + PARTS);

  private final FarmProcesses farm;
  private final SplittableRandom random;
  private final int unfinished;

  /** The word of each job whose submit was answered, by its id. */
  private final Map<String, String> answered = new LinkedHashMap<>();

  /** Jobs that somebody wanted to cancel, whether that was answered or not. */
  private final Set<String> cancelled = new HashSet<>();

  /** Finished jobs all of whose files were read. */
  private final Set<String> read = new HashSet<>();

  private int submitted = 0;
  private int retried = 0;

  ChaosWork(FarmProcesses farm, long seed) {
    this(farm, seed, UNFINISHED);
  }

  /**
   * @param unfinished how many jobs are kept going
   */
  ChaosWork(FarmProcesses farm, long seed, int unfinished) {
    this.farm = farm;
    this.random = new SplittableRandom(seed);
    this.unfinished = unfinished;
  }

  /** Does one thing, if the server lets it: submits, renders again, cancels. */
  void act() {
    try (FarmClient client = Audit.client(farm, ChaosTest.IMPATIENT)) {
      List<Jobs.Job> all = own(client);
      List<Jobs.Job> going = all.stream().filter(job -> !isFinished(job)).toList();
      List<Jobs.Job> done = all.stream().filter(job -> job.state().equals("done")).toList();
      int dice = random.nextInt(12);
      if (going.size() < unfinished) {
        submit(client);
      } else if (dice == 0) {
        Jobs.Job job = going.get(random.nextInt(going.size()));
        cancelled.add(job.id());
        client.cancel(job.id());
      } else if (dice < 3 && !done.isEmpty()) {
        Jobs.Job job = done.get(random.nextInt(done.size()));
        client.retry(job.id(), new Jobs.Retry("make", "" + (1 + random.nextInt(PARTS)), null));
        retried++;
      }
    } catch (ApiException e) {
      // What people do may come too late; a server that is full or going down says so.
      assertThat(e.status()).as(e.toString()).isIn(404, 409, 503, 507);
    } catch (FarmException e) {
      // The server is away; nothing was answered.
    }
  }

  private void submit(FarmClient client) {
    String word = "word-" + ++submitted;
    byte[] template = TEMPLATE.getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(template);
    client.uploadBlob(
        digest, template.length, BlobSource.bytes("template", template), TransferProgress.NONE);
    Jobs.Submit job =
        new Jobs.Submit(
            word,
            "default",
            50,
            digest.hex(),
            null,
            Map.of("Word", word),
            List.of(),
            Map.of(),
            null,
            null,
            null);
    String id = client.submit(job, "chaos-" + word).id();
    // The same call again is the same job, whatever happened in between.
    assertThat(client.submit(job, "chaos-" + word).id()).isEqualTo(id);
    answered.put(id, word);
  }

  static List<Jobs.Job> all(FarmClient client) {
    List<Jobs.Job> all = new ArrayList<>();
    FarmClient.JobFilter filter = FarmClient.JobFilter.ALL;
    while (true) {
      Jobs.JobPage page = client.jobs(filter);
      all.addAll(page.jobs());
      if (page.next() == null) {
        return all;
      }
      filter = new FarmClient.JobFilter(null, null, null, page.next(), null);
    }
  }

  private static boolean isFinished(Jobs.Job job) {
    return List.of("done", "failed", "cancelled").contains(job.state());
  }

  boolean isOver() {
    try (FarmClient client = Audit.client(farm)) {
      return all(client).stream().allMatch(ChaosWork::isFinished);
    }
  }

  /** Other jobs of the farm are none of this person's. */
  private static List<Jobs.Job> own(FarmClient client) {
    return all(client).stream().filter(job -> job.parameters().containsKey("Word")).toList();
  }

  /** How many tasks of this person's jobs are done. */
  int done() {
    try (FarmClient client = Audit.client(farm)) {
      return own(client).stream().mapToInt(job -> job.tasks().done()).sum();
    }
  }

  /** The attempts at the jobs that were not audited yet, finished ones included. */
  List<Jobs.Attempt> attempts() {
    try (FarmClient client = Audit.client(farm)) {
      return own(client).stream()
          .filter(job -> !read.contains(job.id()))
          .flatMap(job -> Audit.attempts(farm, job.id()).stream())
          .toList();
    }
  }

  /** Audits what has finished since the last time. Nobody may act meanwhile. */
  void auditFinished(Path folder) throws IOException {
    try (FarmClient client = Audit.client(farm)) {
      List<Jobs.Job> all = own(client);
      assertThat(all)
          .extracting(Jobs.Job::id)
          .as("every answered submit is there")
          .containsAll(answered.keySet());
      for (Jobs.Job job : all) {
        if (isFinished(job) && read.add(job.id())) {
          audit(client, job, folder);
        }
      }
    }
  }

  String unfinished() {
    try (FarmClient client = Audit.client(farm)) {
      return all(client).stream()
          .filter(job -> !isFinished(job))
          .map(job -> job + "\n" + farm.cli("why", job.id()).all())
          .collect(Collectors.joining("\n"));
    }
  }

  String summary() {
    return answered.size() + " jobs, " + cancelled.size() + " cancelled, " + retried + " retries";
  }

  /** INV-1, INV-2, INV-4: counts every (step, index, generation) and reads every file. */
  void audit(Path folder) throws IOException {
    try (FarmClient client = Audit.client(farm)) {
      Map<String, Jobs.Job> all =
          own(client).stream().collect(Collectors.toMap(Jobs.Job::id, job -> job));
      assertThat(all.keySet()).as("every answered submit is there").containsAll(answered.keySet());
      assertThat(answered).isNotEmpty();
      for (Jobs.Job job : all.values()) {
        audit(client, job, folder);
      }
    }
  }

  private void audit(FarmClient client, Jobs.Job job, Path folder) throws IOException {
    Map<String, Integer> current = auditResults(client, job, folder);
    assertThat(current).as(job.name()).allSatisfy((_, count) -> assertThat(count).isOne());
    if (job.state().equals("cancelled")) {
      assertThat(cancelled).as(job.toString()).contains(job.id());
    } else {
      assertThat(job.state())
          .as(job + "\n" + farm.cli("job", job.id(), "--tasks"))
          .isEqualTo("done");
      assertThat(current).as(job.name()).hasSize(PARTS + 1);
    }
  }

  /** Returns how many current files have each path. */
  private Map<String, Integer> auditResults(FarmClient client, Jobs.Job job, Path folder)
      throws IOException {
    Map<String, Integer> successes = new HashMap<>();
    for (Jobs.Attempt attempt : Audit.attempts(farm, job.id())) {
      if (attempt.outcome().equals("succeeded")) {
        successes.merge(
            key(attempt.step(), attempt.index(), attempt.generation()), 1, Integer::sum);
      }
    }
    assertThat(successes).as(job.name()).allSatisfy((_, count) -> assertThat(count).isOne());
    Map<String, Integer> files = new HashMap<>();
    Map<Digest, String> wanted = new HashMap<>();
    Map<String, Integer> current = new HashMap<>();
    for (Jobs.Output output : outputs(client, job.id())) {
      files.merge(key(output.step(), output.index(), output.generation()), 1, Integer::sum);
      String right = expected(Objects.requireNonNull(job.parameters().get("Word")), output);
      Digest digest = Digest.of(right.getBytes(StandardCharsets.UTF_8));
      assertThat(output.digest()).as(output.toString()).isEqualTo(digest.hex());
      wanted.put(digest, right);
      if (output.current()) {
        current.merge(output.path(), 1, Integer::sum);
      }
    }
    assertThat(files).as(job.name()).isEqualTo(successes);
    for (Map.Entry<Digest, String> file : wanted.entrySet()) {
      Path copy = folder.resolve("copy");
      client.downloadBlob(file.getKey(), copy, TransferProgress.NONE);
      assertThat(copy).hasContent(file.getValue());
      Files.delete(copy);
    }
    return current;
  }

  private static List<Jobs.Output> outputs(FarmClient client, String job) {
    List<Jobs.Output> all = new ArrayList<>();
    String after = null;
    while (true) {
      Jobs.OutputPage page = client.outputs(job, after, Duration.ZERO);
      all.addAll(page.outputs());
      if (!page.more()) {
        return all;
      }
      after = page.next();
    }
  }

  private static String key(int step, int index, int generation) {
    return step + "/" + index + "/" + generation;
  }

  private static String expected(String word, Jobs.Output output) {
    if (output.path().endsWith("all.txt")) {
      return IntStream.rangeClosed(1, PARTS)
          .mapToObj(number -> part(word, number))
          .collect(Collectors.joining());
    }
    return part(word, Integer.parseInt(output.item()));
  }

  private static String part(String word, int number) {
    return IntStream.range(0, 300)
        .mapToObj(line -> word + " " + number + " " + line + "\n")
        .collect(Collectors.joining());
  }
}

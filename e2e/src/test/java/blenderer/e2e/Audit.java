package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ClientOptions;
import blenderer.api.ConnectionString;
import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks at a finished job as the server keeps it: nothing lost, nothing twice. */
final class Audit {

  private Audit() {}

  static FarmClient client(FarmProcesses farm) {
    return new FarmClient(ConnectionString.read(farm.adminConnection().toString(), System.in));
  }

  static FarmClient client(FarmProcesses farm, ClientOptions options) {
    return new FarmClient(
        ConnectionString.read(farm.adminConnection().toString(), System.in), options);
  }

  static List<Jobs.Attempt> attempts(FarmProcesses farm, String job) {
    try (FarmClient client = client(farm)) {
      List<Jobs.Attempt> all = new ArrayList<>();
      FarmClient.TaskFilter filter = FarmClient.TaskFilter.ALL;
      while (true) {
        Jobs.AttemptPage page = client.attempts(job, filter);
        all.addAll(page.attempts());
        if (page.next() == null) {
          return all;
        }
        filter = filter.after(page.next());
      }
    }
  }

  /**
   * INV-2 and more: each task of the job has one success, one set of files, and none is missing.
   */
  static void everyFrameCommittedOnce(FarmProcesses farm, String job, int frames) {
    assertThat(farm.job(job).get("state").asText()).isEqualTo("done");
    List<Integer> succeeded =
        attempts(farm, job).stream()
            .filter(attempt -> attempt.outcome().equals("succeeded"))
            .map(Jobs.Attempt::index)
            .sorted()
            .toList();
    assertThat(succeeded).doesNotHaveDuplicates().hasSize(frames);
    try (FarmClient client = client(farm)) {
      List<Jobs.Output> outputs = outputs(client, job);
      assertThat(outputs).extracting(Jobs.Output::path).doesNotHaveDuplicates().hasSize(frames);
      assertThat(outputs).allMatch(Jobs.Output::current);
    }
  }

  private static List<Jobs.Output> outputs(FarmClient client, String job) {
    List<Jobs.Output> all = new ArrayList<>();
    Jobs.OutputPage page = client.outputs(job, null, Duration.ZERO);
    all.addAll(page.outputs());
    while (page.more()) {
      page = client.outputs(job, page.next(), Duration.ZERO);
      all.addAll(page.outputs());
    }
    return all;
  }
}

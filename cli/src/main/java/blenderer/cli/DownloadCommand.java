package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import blenderer.submit.FollowDownload;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code blenderer download ID --to DIR}. */
@Command(
    name = "download",
    description =
        "Fetch a job's files into a folder. Files that are there already are not fetched again, and"
            + " a file that a download did not write is never overwritten.")
final class DownloadCommand extends PeopleCommand {

  @Parameters(index = "0", paramLabel = "ID", description = "The job's id, or how it begins.")
  String id = "";

  @Option(names = "--to", paramLabel = "DIR", required = true, description = "The folder.")
  Path folder = Path.of("");

  @Option(names = "--follow", description = "Go on until the job has ended.")
  boolean follow;

  DownloadCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    try (FarmClient client = client()) {
      FollowDownload download =
          new FollowDownload(client, folder, new DownloadTeller(err(), around));
      Jobs.Job job = client.job(id);
      boolean done = true;
      if (follow) {
        job = new JobFollower(client, around, err()).follow(job.id(), download);
        done = job.state().equals("done");
      } else {
        download.step(job.id());
      }
      FollowDownload.Result result = download.result();
      if (json) {
        printJson(value(job, result));
      } else {
        out().println(sentence(result, folder));
      }
      return done ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private Map<String, Object> value(Jobs.Job job, FollowDownload.Result result) {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("id", job.id());
    value.put("state", job.state());
    value.put("folder", folder.toAbsolutePath().normalize().toString());
    value.put("landed", result.landed());
    value.put("kept", result.kept());
    value.put("bytes", result.bytes());
    return value;
  }

  /** What a download did, for people. */
  static String sentence(FollowDownload.Result result, Path folder) {
    String kept = result.kept() == 0 ? "" : ", " + result.kept() + " were there already";
    return Texts.plural(result.landed(), "file")
        + " ("
        + Texts.bytes(result.bytes())
        + ") downloaded to "
        + folder.toAbsolutePath().normalize()
        + kept
        + ".";
  }
}

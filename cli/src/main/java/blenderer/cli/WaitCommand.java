package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.Jobs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code blenderer wait ID}. */
@Command(
    name = "wait",
    description = "Watch a job until it ends. Exit code 0 if all of it is done, else 1.")
final class WaitCommand extends PeopleCommand {

  @Parameters(index = "0", paramLabel = "ID", description = "The job's id, or how it begins.")
  String id = "";

  WaitCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    try (FarmClient client = client()) {
      JobFollower follower = new JobFollower(client, around, err());
      Jobs.Job job = follower.follow(id, null);
      if (json) {
        printJson(job);
        return job.state().equals("done") ? ExitCode.DONE : ExitCode.FAILED;
      }
      return follower.conclude(job, out());
    }
  }
}

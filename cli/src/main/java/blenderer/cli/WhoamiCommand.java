package blenderer.cli;

import blenderer.api.Farm;
import blenderer.api.FarmClient;
import picocli.CommandLine.Command;

/** {@code blenderer whoami}. */
@Command(name = "whoami", description = "Show which server is used, and as whom.")
final class WhoamiCommand extends PeopleCommand {

  WhoamiCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    try (FarmClient client = client()) {
      Farm.Identity identity = client.whoami();
      if (json) {
        printJson(identity);
      } else {
        out()
            .println(
                Texts.clean(identity.name())
                    + " ("
                    + identity.role()
                    + ") at "
                    + connection().where());
      }
      return ExitCode.DONE;
    }
  }
}

package blenderer.cli;

import blenderer.api.ApiException;
import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.Secrets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code blenderer login}: turns an invite into a key of one's own, or takes a key as it is, and
 * saves the connection.
 */
@Command(
    name = "login",
    description = "Remember a server, and become known to it if the string is an invite.")
final class LoginCommand extends PeopleCommand {

  @Parameters(
      index = "0",
      paramLabel = "STRING|FILE|-",
      description = "The connection string, a file that holds it, or - for the input.")
  String source = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "How the farm shall call you; default: your user name.")
  @Nullable String name;

  LoginCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    ConnectionString given = ConnectionString.read(source, around.stdin());
    SavedLogin saved = new SavedLogin(around);
    Farm.Identity identity = given.isInvite() ? enrol(given, saved) : keep(given, saved);
    if (json) {
      printJson(identity);
    } else {
      if (name != null && !name.equals(identity.name())) {
        err()
            .println(
                "Note: this string had a name already, so '"
                    + Texts.clean(name)
                    + "' is not used. For another name ask for another invite.");
        err().flush();
      }
      out()
          .println(
              "Logged in at "
                  + given.where()
                  + " as "
                  + Texts.clean(identity.name())
                  + " ("
                  + identity.role()
                  + ").");
    }
    return ExitCode.DONE;
  }

  private static Farm.Identity keep(ConnectionString given, SavedLogin saved) {
    try (FarmClient client = new FarmClient(given)) {
      Farm.Identity identity = client.whoami();
      saved.save(given);
      return identity;
    }
  }

  private Farm.Identity enrol(ConnectionString invite, SavedLogin saved) {
    String key = saved.keyFor(invite);
    try (FarmClient client = new FarmClient(invite)) {
      Farm.Identity identity = client.enrol(new Farm.Enrol(wantedName(), Secrets.hash(key)));
      saved.save(invite.withSecret(key));
      return identity;
    } catch (ApiException e) {
      // The same command a second time, after it succeeded: the invite is used up by ourselves.
      Optional<Farm.Identity> already =
          e.status() == 401 ? identityAt(invite, saved) : Optional.empty();
      return already.orElseThrow(() -> e);
    }
  }

  private static Optional<Farm.Identity> identityAt(ConnectionString invite, SavedLogin saved) {
    Optional<ConnectionString> login = saved.load();
    if (login.isEmpty() || !login.get().withSecret(invite.secret()).equals(invite)) {
      return Optional.empty();
    }
    try (FarmClient client = new FarmClient(login.get())) {
      return Optional.of(client.whoami());
    } catch (ApiException e) {
      return Optional.empty();
    }
  }

  private String wantedName() {
    if (name != null) {
      return name;
    }
    String user = around.variable("USER");
    return user.isEmpty() ? System.getProperty("user.name", "artist") : user;
  }
}

package blenderer.cli;

import blenderer.api.ConnectionString;
import blenderer.api.FarmClient;
import blenderer.api.Sessions;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The commands about browsers: the page, and who is signed in with it. */
final class BrowserCommands {

  private BrowserCommands() {}

  /** Where a browser signs in with that secret; the part behind the # is never sent. */
  static String link(ConnectionString connection, String secret) {
    return "https://" + connection.addresses().getFirst() + "/sign-in#" + secret;
  }

  /** {@code blenderer open}. */
  @Command(
      name = "open",
      description =
          "Open the farm's page in a browser, signed in as you. The link that it prints works once,"
              + " within ten minutes.")
  static final class Open extends PeopleCommand {

    @Option(
        names = "--person",
        paramLabel = "NAME",
        description = "A link for somebody else; for admins.")
    @Nullable String person;

    @Option(names = "--print", description = "Only print the link, as for another device.")
    boolean print;

    Open(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      ConnectionString connection = connection();
      Sessions.Link link;
      try (FarmClient client = client()) {
        link = client.signInLink(new Sessions.NewLink(person));
      }
      String address = link(connection, link.secret());
      if (json) {
        printJson(Map.of("link", address, "expiresAt", link.expiresAt()));
        return ExitCode.DONE;
      }
      out().println(address);
      out()
          .println(
              "It works once, until "
                  + Texts.date(link.expiresAt())
                  + ". If the browser warns of the certificate: blenderer trust");
      out().flush();
      if (!print && person == null) {
        show(address);
      }
      return ExitCode.DONE;
    }

    /** Where nobody sits before a screen, the printed link has to do. */
    private void show(String address) {
      Optional<List<String>> opener = opener(System.getProperty("os.name", ""));
      if (opener.isEmpty()) {
        return;
      }
      try {
        List<String> command = new java.util.ArrayList<>(opener.get());
        command.add(address);
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
      } catch (IOException e) {
        // The link is printed.
      }
    }

    private Optional<List<String>> opener(String system) {
      String name = system.toLowerCase(Locale.ROOT);
      if (!around.terminal()) {
        return Optional.empty();
      }
      if (name.contains("mac")) {
        return Optional.of(List.of("open"));
      }
      if (name.contains("windows")) {
        return Optional.of(List.of("rundll32", "url.dll,FileProtocolHandler"));
      }
      boolean screen =
          !around.variable("DISPLAY").isEmpty() || !around.variable("WAYLAND_DISPLAY").isEmpty();
      return screen ? Optional.of(List.of("xdg-open")) : Optional.empty();
    }
  }

  /** {@code blenderer sessions}. */
  @Command(
      name = "sessions",
      description = "List the browsers that are signed in: all for an admin, else your own.")
  static final class Signed extends PeopleCommand {

    @Option(names = "--end", paramLabel = "ID", description = "Sign this one out, at once.")
    @Nullable String end;

    Signed(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      List<Sessions.Session> sessions;
      try (FarmClient client = client()) {
        if (end != null) {
          client.endSession(end);
        }
        sessions = client.sessions().sessions();
      }
      if (json) {
        printJson(sessions);
        return ExitCode.DONE;
      }
      Table table = Table.of("ID", "~NAME", "ROLE", "~BROWSER", "SINCE", "LAST USED", "UNTIL");
      for (Sessions.Session session : sessions) {
        table.row(
            session.id(),
            session.person(),
            session.role(),
            session.browser(),
            Texts.date(session.createdAt()),
            Texts.ago(session.lastUsedAt(), around.clock().instant()),
            Texts.date(session.expiresAt()));
      }
      print(table, "No browser is signed in.");
      return ExitCode.DONE;
    }
  }
}

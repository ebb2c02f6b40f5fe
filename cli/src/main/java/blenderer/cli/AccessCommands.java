package blenderer.cli;

import blenderer.api.ConnectionString;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.model.Permission;
import blenderer.model.Role;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands about who may do what: invites and keys. */
final class AccessCommands {

  private AccessCommands() {}

  /** {@code blenderer invite}. */
  @Command(
      name = "invite",
      description = "Make an invite. The last line is the connection string to hand over.")
  static final class Invite extends PeopleCommand {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smhd])");

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        required = true,
        description = "What the invited becomes: node, artist, admin or viewer.")
    String role = "";

    @Option(
        names = "--uses",
        paramLabel = "N",
        defaultValue = "1",
        description = "How many may use it; default 1.")
    int uses = 1;

    @Option(
        names = "--for",
        paramLabel = "TIME",
        defaultValue = "24h",
        description = "How long it is valid, such as 90m, 24h or 7d; default 24h.")
    String validFor = "24h";

    @Option(
        names = "--may",
        paramLabel = "WHAT",
        description = {
          "How far jobs of the invited may go: templates (those that ship with Blenderer), scripts"
              + " (also scenes that run scripts) or commands (any template of their own).",
          "Default: templates; an admin: commands."
        })
    @Nullable String may;

    Invite(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      Farm.NewInvite wanted =
          new Farm.NewInvite(role(), uses(), seconds(), may == null ? null : permission(may));
      try (FarmClient client = client()) {
        // Asked first: what is made now can be shown only once.
        ConnectionString connection = everywhere(connection(), client);
        Farm.Invite invite = client.invite(wanted);
        String secret = invite.secret();
        if (secret == null) {
          throw new IllegalStateException("a new invite comes with its secret");
        }
        String text = connection.withSecret(secret).print();
        if (json) {
          Map<String, Object> both = new LinkedHashMap<>();
          both.put("id", invite.id());
          both.put("role", invite.role());
          both.put("usesLeft", invite.usesLeft());
          both.put("expiresAt", invite.expiresAt());
          both.put("connection", text);
          if (!invite.role().equals(Role.NODE.word())) {
            both.put("link", BrowserCommands.link(connection, secret));
          }
          printJson(both);
          return ExitCode.DONE;
        }
        out()
            .println(
                "An invite for "
                    + Texts.plural(invite.usesLeft(), invite.role())
                    + ", valid until "
                    + Texts.date(invite.expiresAt())
                    + ". Keep it secret:");
        if (!invite.role().equals(Role.NODE.word())) {
          out().println("In a browser: " + BrowserCommands.link(connection, secret));
          out().println("For the command line, with 'blenderer login':");
        }
        out().println(text);
        return ExitCode.DONE;
      }
    }

    /** The same farm with the addresses of all its servers. */
    private static ConnectionString everywhere(ConnectionString connection, FarmClient client) {
      List<String> servers = client.server().servers();
      if (servers == null || servers.isEmpty()) {
        return connection;
      }
      return connection.withMore(servers.stream().map(ConnectionString.Address::parse).toList());
    }

    private String role() {
      try {
        return Role.ofWord(role).word();
      } catch (IllegalArgumentException e) {
        throw CommandFailure.wrongUse(
            "There is no role '" + role + "'.", "Use node, artist, admin or viewer.");
      }
    }

    private int uses() {
      if (uses < 1) {
        throw CommandFailure.wrongUse("An invite has at least one use.", "Use --uses 1 or more.");
      }
      return uses;
    }

    private long seconds() {
      Matcher matcher = TIME.matcher(validFor);
      if (!matcher.matches() || matcher.group(1).matches("0+")) {
        throw CommandFailure.wrongUse(
            "'" + validFor + "' is no time.", "Write it as 90m, 24h or 7d.");
      }
      long count = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "s" -> count;
        case "m" -> Duration.ofMinutes(count).toSeconds();
        case "h" -> Duration.ofHours(count).toSeconds();
        default -> Duration.ofDays(count).toSeconds();
      };
    }
  }

  private static String permission(String word) {
    try {
      return Permission.ofWord(word).word();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.wrongUse(
          "There is no permission '" + word + "'.", "Use templates, scripts or commands.");
    }
  }

  /** {@code blenderer permit NAME WHAT}. */
  @Command(name = "permit", description = "Say how far a person's jobs may go. For admins.")
  static final class Permit extends PeopleCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The person's name.")
    String name = "";

    @Parameters(
        index = "1",
        paramLabel = "WHAT",
        description =
            "templates: those that ship with Blenderer; scripts: also scenes that run scripts;"
                + " commands: any template of their own.")
    String what = "";

    @Option(
        names = "--project",
        paramLabel = "P",
        description = "Only in this project. Default: wherever nothing else is set.")
    @Nullable String project;

    Permit(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      Farm.Permit permit = new Farm.Permit(permission(what), project);
      Farm.Key key;
      try (FarmClient client = client()) {
        key = client.permit(name, permit);
      }
      if (json) {
        printJson(key);
      } else {
        out().println("'" + Texts.clean(key.name()) + "' may use " + may(key) + ".");
      }
      return ExitCode.DONE;
    }
  }

  /** What a key's owner may do, such as {@code templates, and in project 'film' commands}. */
  private static String may(Farm.Key key) {
    StringBuilder text = new StringBuilder(key.may() == null ? "" : key.may());
    Map<String, String> projects = key.mayInProjects();
    if (projects != null) {
      projects.forEach(
          (project, word) ->
              text.append(", and in project '")
                  .append(Texts.clean(project))
                  .append("' ")
                  .append(word));
    }
    return text.toString();
  }

  /** {@code blenderer invites}. */
  @Command(name = "invites", description = "List the invites that can still be used.")
  static final class Invites extends PeopleCommand {
    Invites(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      List<Farm.Invite> invites;
      try (FarmClient client = client()) {
        invites = client.invites().invites();
      }
      if (json) {
        printJson(invites);
        return ExitCode.DONE;
      }
      Table table = Table.of("ID", "ROLE", ">USES", "EXPIRES");
      invites.forEach(
          invite ->
              table.row(
                  invite.id(), invite.role(), invite.usesLeft(), Texts.date(invite.expiresAt())));
      print(table, "There are no invites.");
      return ExitCode.DONE;
    }
  }

  /** {@code blenderer keys}. */
  @Command(name = "keys", description = "List the keys: all for an admin, else your own.")
  static final class Keys extends PeopleCommand {
    Keys(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      List<Farm.Key> keys;
      try (FarmClient client = client()) {
        keys = client.keys().keys();
      }
      if (json) {
        printJson(keys);
        return ExitCode.DONE;
      }
      Table table = Table.of("ID", "~NAME", "ROLE", "~MAY", "MADE", "LAST USED", "REVOKED");
      for (Farm.Key key : keys) {
        table.row(
            key.id(),
            key.name(),
            key.role(),
            may(key),
            Texts.date(key.createdAt()),
            Texts.ago(key.lastUsedAt(), around.clock().instant()),
            key.revokedAt() == null ? "" : Texts.date(key.revokedAt()));
      }
      print(table, "There are no keys.");
      return ExitCode.DONE;
    }
  }

  /** {@code blenderer revoke ID}. */
  @Command(name = "revoke", description = "Make a key or an invite worthless, at once.")
  static final class Revoke extends PeopleCommand {

    @Parameters(index = "0", paramLabel = "ID", description = "The id of the key or the invite.")
    String id = "";

    @Option(names = "--invite", description = "The id is one of an invite.")
    boolean invite;

    Revoke(Surroundings around) {
      super(around);
    }

    @Override
    int run() {
      try (FarmClient client = client()) {
        if (invite) {
          client.revokeInvite(id);
        } else {
          client.revokeKey(id);
        }
      }
      if (json) {
        printJson(Map.of("id", id, "revoked", true));
      } else {
        out().println("The " + (invite ? "invite " : "key ") + Texts.clean(id) + " is revoked.");
      }
      return ExitCode.DONE;
    }
  }
}

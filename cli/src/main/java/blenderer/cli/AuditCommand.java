package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.Reports;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code blenderer audit}. */
@Command(
    name = "audit",
    description = "Show which person changed what, newest first; for admins. Kept for 400 days.")
final class AuditCommand extends PeopleCommand {

  private static final int PAGE = 1000;

  @Option(names = "--person", paramLabel = "NAME", description = "Only of this person.")
  @Nullable String person;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many at most; default 50.")
  int limit = 50;

  AuditCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    if (limit < 1) {
      throw CommandFailure.wrongUse("There is nothing to show.", "Use --limit 1 or more.");
    }
    List<Reports.AuditEntry> entries = new ArrayList<>();
    try (FarmClient client = client()) {
      String after = null;
      do {
        Reports.AuditPage page =
            client.audit(person, after, Math.min(PAGE, limit - entries.size()));
        entries.addAll(page.entries());
        after = page.next();
      } while (after != null && entries.size() < limit);
    }
    if (json) {
      printJson(entries);
      return ExitCode.DONE;
    }
    Table table = Table.of("WHEN", "WHO", "ROLE", "FROM", "~WHAT", "OUTCOME", "~SENT");
    for (Reports.AuditEntry entry : entries) {
      table.row(
          Texts.date(entry.at()),
          entry.person(),
          entry.role(),
          entry.from(),
          entry.call(),
          entry.code() == null ? "done" : entry.code(),
          entry.detail());
    }
    print(table, "Nobody has changed anything.");
    return ExitCode.DONE;
  }
}

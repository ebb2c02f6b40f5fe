package blenderer.cli;

import blenderer.api.Farm;
import blenderer.api.FarmClient;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code blenderer limits [NAME=COUNT]...}. */
@Command(
    name = "limits",
    description = {
      "Show how much the whole farm has of licences and the like, and what people and projects"
          + " get; and, for admins, set it.",
      "  amount.NAME          steps that ask for it wait until enough is free",
      "  share.person.NAME, share.project.NAME   a weight, 1 if not set",
      "  slots.person.NAME, slots.project.NAME   the most slots at once",
      "  priority.artist      the highest priority that artists may give",
      "  priority.preempt     jobs of it and above get slots as soon as frames end"
    })
final class LimitsCommand extends PeopleCommand {

  @Parameters(
      paramLabel = "NAME=COUNT",
      arity = "0..*",
      description =
          "Such as amount.mymaker.licence=3 or share.person.ann=2; NAME= (without a count) takes"
              + " the limit away.")
  List<String> changes = new ArrayList<>();

  LimitsCommand(Surroundings around) {
    super(around);
  }

  private record Change(String name, @Nullable BigDecimal count) {}

  private static Change change(String text) {
    int equals = text.indexOf('=');
    try {
      if (equals > 0) {
        String count = text.substring(equals + 1);
        return new Change(
            text.substring(0, equals), count.isEmpty() ? null : new BigDecimal(count));
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw CommandFailure.wrongUse(
        "'" + text + "' is no limit.", "Write it as NAME=COUNT, such as amount.mymaker.licence=3.");
  }

  @Override
  int run() {
    List<Change> wanted = changes.stream().map(LimitsCommand::change).toList();
    List<Farm.Limit> limits;
    try (FarmClient client = client()) {
      for (Change change : wanted) {
        BigDecimal count = change.count();
        if (count == null) {
          client.removeLimit(change.name());
        } else {
          client.setLimit(change.name(), new Farm.NewLimit(count));
        }
      }
      limits = client.limits().limits();
    }
    if (json) {
      printJson(limits);
      return ExitCode.DONE;
    }
    Table table = Table.of("~NAME", ">FARM HAS");
    limits.forEach(limit -> table.row(limit.name(), limit.count().toPlainString()));
    print(table, "The farm counts nothing: every amount is each node's own.");
    return ExitCode.DONE;
  }
}

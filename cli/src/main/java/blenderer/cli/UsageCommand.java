package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.Reports;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code blenderer usage}. */
@Command(
    name = "usage",
    description = {
      "Show what people and projects used of the farm; for admins.",
      "Slot hours are the time that slots were busy, whatever came of it; tasks are attempts that"
          + " succeeded. Deleted jobs count, too. Days are in UTC."
    })
final class UsageCommand extends PeopleCommand {

  private static final Set<String> COLUMNS = Set.of("day", "person", "project", "node");

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      defaultValue = "person",
      description = "Some of day, person, project and node, with commas; default person.")
  String by = "person";

  @Option(
      names = "--from",
      paramLabel = "DAY",
      description = "The first day, such as 2026-11-01; default: 30 days.")
  @Nullable String from;

  @Option(names = "--to", paramLabel = "DAY", description = "The last day; default: today.")
  @Nullable String to;

  @Option(names = "--csv", description = "Print comma-separated values for a spreadsheet.")
  boolean csv;

  UsageCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    List<String> columns = List.of(by.split(",", -1));
    if (!COLUMNS.containsAll(columns)) {
      throw CommandFailure.wrongUse(
          "Usage is not counted by '" + by + "'.",
          "Give some of day, person, project and node, such as --by person,project.");
    }
    List<Reports.UsageRow> rows;
    try (FarmClient client = client()) {
      rows = client.usage(by, from, to).rows();
    }
    if (json) {
      printJson(rows);
      return ExitCode.DONE;
    }
    if (csv) {
      out().println(by + ",slot_hours,tasks,failures");
      for (Reports.UsageRow row : rows) {
        List<String> cells = new ArrayList<>();
        columns.forEach(column -> cells.add(quoted(cell(row, column))));
        cells.add(hours(row));
        cells.add(Long.toString(row.tasks()));
        cells.add(Long.toString(row.failures()));
        out().println(String.join(",", cells));
      }
      out().flush();
      return ExitCode.DONE;
    }
    List<String> heads = new ArrayList<>();
    columns.forEach(column -> heads.add("~" + column.toUpperCase(Locale.ROOT)));
    heads.addAll(List.of(">SLOT HOURS", ">TASKS", ">FAILURES"));
    Table table = Table.of(heads.toArray(String[]::new));
    for (Reports.UsageRow row : rows) {
      List<Object> cells = new ArrayList<>();
      columns.forEach(column -> cells.add(cell(row, column)));
      cells.addAll(List.of(hours(row), row.tasks(), row.failures()));
      table.row(cells.toArray());
    }
    print(table, "Nothing was rendered in that time.");
    return ExitCode.DONE;
  }

  private static String hours(Reports.UsageRow row) {
    return String.format(Locale.ROOT, "%.4f", row.slotHours());
  }

  private static String cell(Reports.UsageRow row, String column) {
    String text =
        switch (column) {
          case "day" -> row.day();
          case "person" -> row.person();
          case "project" -> row.project();
          default -> row.node();
        };
    return text == null ? "" : text;
  }

  /** A cell that begins like a formula would be one for a spreadsheet. */
  private static String quoted(String text) {
    String safe = text.matches("^[=+@\\t-].*") ? "'" + text : text;
    return safe.matches(".*[\",\\r\\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}

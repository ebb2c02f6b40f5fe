package blenderer.server.routes;

import blenderer.api.Reports;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.AuditLog;
import blenderer.journal.UsageLog;
import blenderer.server.http.Exchange;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the farm was used for, and who changed what. */
final class ReportRoutes {

  private static final double HOUR_MILLIS = 3_600_000;
  private static final int DAYS = 30;

  /** What usage is added up by. */
  private enum By {
    DAY,
    PERSON,
    PROJECT,
    NODE
  }

  private final UsageLog usage;
  private final AuditLog audit;
  private final InstantSource clock;

  ReportRoutes(UsageLog usage, AuditLog audit, InstantSource clock) {
    this.usage = usage;
    this.audit = audit;
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/usage", Action.SEE_USAGE, this::usage),
        new Endpoint("GET", "/v1/audit", Action.SEE_AUDIT, this::audit));
  }

  private void usage(Exchange exchange, Identity caller) throws IOException {
    Set<By> by = by(exchange.query("by").orElse("person"));
    int today = Math.toIntExact(clock.millis() / 86_400_000);
    int first = day("from", exchange.query("from").orElse(null), today - DAYS + 1);
    int last = day("to", exchange.query("to").orElse(null), today);
    Map<List<String>, Reports.UsageRow> sums = new LinkedHashMap<>();
    for (UsageLog.Row row : usage.usage(first, last)) {
      Reports.UsageRow wire = wire(row, by);
      sums.merge(
          Arrays.asList(wire.day(), wire.person(), wire.project(), wire.node()),
          wire,
          ReportRoutes::sum);
    }
    List<Reports.UsageRow> rows = new ArrayList<>();
    sums.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(ReportRoutes::compare))
        .forEach(entry -> rows.add(rounded(entry.getValue())));
    exchange.json(200, new Reports.Usage(rows));
  }

  private static Set<By> by(String words) {
    Set<By> by = EnumSet.noneOf(By.class);
    for (String word : words.split(",", -1)) {
      try {
        by.add(By.valueOf(word.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw Query.bad("by", words, "Give some of day, person, project and node with commas.");
      }
    }
    return by;
  }

  private static int day(String name, @Nullable String text, int otherwise) {
    if (text == null) {
      return otherwise;
    }
    try {
      return Math.toIntExact(LocalDate.parse(text).toEpochDay());
    } catch (DateTimeException | ArithmeticException e) {
      throw Query.bad(name, text, "Give a day such as 2026-11-26.");
    }
  }

  private static Reports.UsageRow wire(UsageLog.Row row, Set<By> by) {
    return new Reports.UsageRow(
        by.contains(By.DAY) ? LocalDate.ofEpochDay(row.day()).toString() : null,
        by.contains(By.PERSON) ? row.person() : null,
        by.contains(By.PROJECT) ? row.project() : null,
        by.contains(By.NODE) ? row.node() : null,
        row.millis() / HOUR_MILLIS,
        row.succeeded(),
        row.failed());
  }

  private static Reports.UsageRow sum(Reports.UsageRow a, Reports.UsageRow b) {
    return new Reports.UsageRow(
        a.day(),
        a.person(),
        a.project(),
        a.node(),
        a.slotHours() + b.slotHours(),
        a.tasks() + b.tasks(),
        a.failures() + b.failures());
  }

  private static Reports.UsageRow rounded(Reports.UsageRow row) {
    return new Reports.UsageRow(
        row.day(),
        row.person(),
        row.project(),
        row.node(),
        Math.round(row.slotHours() * 10_000) / 10_000.0,
        row.tasks(),
        row.failures());
  }

  private static int compare(List<String> a, List<String> b) {
    for (int i = 0; i < a.size(); i++) {
      int order = String.valueOf(a.get(i)).compareTo(String.valueOf(b.get(i)));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private void audit(Exchange exchange, Identity caller) throws IOException {
    int limit = Query.limit(exchange);
    Long before = exchange.query("after").map(ReportRoutes::number).orElse(null);
    List<Reports.AuditEntry> entries =
        audit.entries(exchange.query("person").orElse(null), before, limit).stream()
            .map(ReportRoutes::wire)
            .toList();
    boolean more = entries.size() == limit;
    exchange.json(
        200,
        new Reports.AuditPage(entries, more ? Long.toString(entries.getLast().number()) : null));
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw Query.bad("after", text, "Give the 'next' of the page before, or none.");
    }
  }

  private static Reports.AuditEntry wire(AuditLog.Numbered row) {
    AuditLog.Entry entry = row.entry();
    return new Reports.AuditEntry(
        row.number(),
        entry.at(),
        entry.person(),
        entry.role(),
        entry.peer(),
        entry.action(),
        entry.call(),
        entry.detail(),
        entry.status(),
        entry.code());
  }
}

package blenderer.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the farm was used for, and who changed what. Times are epoch milliseconds. */
public final class Reports {

  private Reports() {}

  /**
   * What was used; a field is absent if it was not asked for.
   *
   * @param day such as {@code 2026-11-26}, in UTC
   * @param slotHours how long slots were busy, whatever came of it
   * @param tasks attempts that succeeded
   * @param failures attempts that failed, and those of nodes that were lost
   */
  public record UsageRow(
      @Nullable String day,
      @Nullable String person,
      @Nullable String project,
      @Nullable String node,
      double slotHours,
      long tasks,
      long failures) {}

  /** {@code GET /v1/usage}. */
  public record Usage(List<UsageRow> rows) {}

  /**
   * A call of a person that changed something, or was meant to.
   *
   * @param number in the order of writing
   * @param person who called; the name that was asked for where an invite became a key
   * @param role at that time; empty if the caller had no key yet
   * @param from the address it came from
   * @param action a word of the table of roles, such as {@code RUN_JOBS}
   * @param call method and path
   * @param detail what was sent along, cut short
   * @param status of the answer
   * @param code of the problem; absent if there was none
   */
  public record AuditEntry(
      long number,
      long at,
      String person,
      String role,
      String from,
      String action,
      String call,
      String detail,
      int status,
      @Nullable String code) {}

  /**
   * {@code GET /v1/audit}: newest first.
   *
   * @param next what to give as {@code after} for older ones; absent: there are none
   */
  public record AuditPage(List<AuditEntry> entries, @Nullable String next) {}
}

package blenderer.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which person changed what, by which call, and how that ended. Each method is atomic, and what it
 * changed is durable when it returns. Safe for many threads. Throws {@code JournalException} when
 * nothing was changed.
 */
public interface AuditLog {

  /**
   * A call.
   *
   * @param at epoch milliseconds
   * @param person who called; the name that was asked for where an invite became a key
   * @param role a word of {@code Role}; empty if the caller had no key yet
   * @param peer the address it came from
   * @param action what it was about, a word of the server's table of roles
   * @param call method and path
   * @param detail what was sent along, cut short
   * @param status of the answer
   * @param code of the problem; null if there was none
   */
  record Entry(
      long at,
      String person,
      String role,
      String peer,
      String action,
      String call,
      String detail,
      int status,
      @Nullable String code) {}

  /** An entry with its number in the order of writing, from 1. */
  record Numbered(long number, Entry entry) {}

  /** Adds an entry. */
  void add(Entry entry);

  /**
   * Entries, newest first.
   *
   * @param person null: anybody's
   * @param before only older ones than the one of that number; null: from the newest
   */
  List<Numbered> entries(@Nullable String person, @Nullable Long before, int limit);

  /**
   * Forgets what was before that time.
   *
   * @return how many entries
   */
  int forget(long before);
}

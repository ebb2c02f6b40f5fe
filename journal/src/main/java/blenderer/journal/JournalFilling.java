package blenderer.journal;

import blenderer.journal.JournalPlace.InFile;
import blenderer.journal.JournalPlace.InPostgres;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * A place that becomes a journal with the rows of another one, all of them or none. One thread; in
 * PostgreSQL no server can use the database meanwhile.
 */
public sealed interface JournalFilling extends AutoCloseable permits FileFilling, PostgresFilling {

  /**
   * Opens a place. Tables may be made, rows not.
   *
   * @throws DatabaseRefused when it cannot be used, or a server uses it
   */
  static JournalFilling open(JournalPlace place) {
    return switch (place) {
      case InFile file -> new FileFilling(file);
      case InPostgres database -> PostgresFilling.open(database);
    };
  }

  /** Whether no farm ever was there. */
  boolean isEmpty();

  /** What is there already, in numbers. */
  JournalSums sums(LongConsumer progress);

  /**
   * Takes all rows over, reads them again, and keeps them if they are the same. When this returns
   * they survive any crash; before, however it ends, nothing is there.
   *
   * @param secrets what several servers share; passed over where there is no place for it
   * @return what was carried
   */
  JournalSums fill(JournalReading from, Map<String, String> secrets, LongConsumer progress);

  @Override
  void close();

  /** Says so when what was read again is not what was written. */
  static void checkEqual(JournalSums written, JournalSums read) {
    written
        .difference(read)
        .ifPresent(
            what -> {
              throw new DatabaseRefused(
                  "rows-differ",
                  "What was written is not what was read: "
                      + what
                      + ". Nothing was kept; try again, and look at the disk and the database if"
                      + " it happens again.");
            });
  }
}

package blenderer.journal;

import java.util.List;

/**
 * How much of the farm there was and was busy over time. Kept in steps of five minutes. Safe for
 * many threads; durable when a method returns.
 */
public interface FarmLog {

  /** How long a bucket is, in milliseconds. */
  long BUCKET_MILLIS = 5 * 60_000;

  /**
   * A stretch of time.
   *
   * @param at its beginning, epoch milliseconds
   * @param online milliseconds of slots that were there
   * @param busy milliseconds of slots that worked
   * @param done attempts that succeeded
   * @param failed attempts that failed, or whose node was lost
   */
  record Bucket(long at, long online, long busy, long done, long failed) {}

  /** Adds to the bucket that begins then. */
  void add(Bucket more);

  /**
   * Buckets that began from {@code from} to {@code to}, added up to longer ones; what is not known
   * is left out.
   *
   * @param step a multiple of {@link #BUCKET_MILLIS}
   */
  List<Bucket> buckets(long from, long to, long step);

  /** Forgets what was before that time. */
  void forget(long before);
}

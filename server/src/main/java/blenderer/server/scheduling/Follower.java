package blenderer.server.scheduling;

import blenderer.core.Journal;

/**
 * Reads what another server commits, and publishes it as if it had been decided here. Used by the
 * scheduler's thread alone, while it does not schedule.
 */
public interface Follower {

  /**
   * Reads and publishes all there is.
   *
   * @return the revision that is published now
   * @throws Journal.JournalException when the database cannot be asked
   */
  long advance(Publication publication);

  /** How long it may wait until it reads again, in milliseconds. */
  long pauseMillis();

  /** This server has led meanwhile: everything up to this revision is published. */
  void seen(long revision);
}

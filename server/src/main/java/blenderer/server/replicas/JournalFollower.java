package blenderer.server.replicas;

import blenderer.core.Journal;
import blenderer.journal.CommitTail;
import blenderer.server.scheduling.Follower;
import blenderer.server.scheduling.Publication;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Follows the commits in the database. */
final class JournalFollower implements Follower {

  private static final long WATCHED_MILLIS = 100;

  /** Whoever asks does not wait for it: each call that needs what is new reads first. */
  private static final long IDLE_MILLIS = 1_000;

  private final CommitTail tail;
  private final Consumer<CommitTail.Leader> leader;
  private final Runnable besideChanged;
  private final BooleanSupplier watched;
  private long revision = -1;
  private long beside = -1;

  /**
   * @param leader hears each time who wrote last
   * @param besideChanged hears that keys, sessions or archives are not what they were
   * @param watched whether somebody is waiting for what is new
   */
  JournalFollower(
      CommitTail tail,
      Consumer<CommitTail.Leader> leader,
      Runnable besideChanged,
      BooleanSupplier watched) {
    this.tail = tail;
    this.leader = leader;
    this.besideChanged = besideChanged;
    this.watched = watched;
  }

  @Override
  public long advance(Publication publication) {
    CommitTail.News news = tail.since(revision);
    leader.accept(news.leader());
    // Before the rows: whoever is not let in any more shall not see them.
    if (news.beside() != beside) {
      besideChanged.run();
      beside = news.beside();
    }
    if (news.isWhole()) {
      for (CommitTail.Commit commit : news.commits()) {
        publication.committed(commit.revision(), commit.rows());
        revision = commit.revision();
      }
    } else {
      Journal.Snapshot outline = tail.outline();
      publication.loaded(outline);
      revision = outline.revision();
    }
    return revision;
  }

  @Override
  public long pauseMillis() {
    return watched.getAsBoolean() ? WATCHED_MILLIS : IDLE_MILLIS;
  }

  @Override
  public void seen(long at) {
    revision = at;
    beside = -1;
  }
}

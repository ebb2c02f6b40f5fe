package blenderer.server.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.server.scheduling.EventFeed.Change;
import blenderer.server.scheduling.EventFeed.News;
import blenderer.server.scheduling.EventFeed.Position;
import blenderer.server.scheduling.EventFeed.Soft;
import blenderer.server.scheduling.EventFeed.Thing;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventFeedTest {

  private final EventFeed feed = new EventFeed();

  private static Thing job(String id) {
    return new Thing("job", id);
  }

  @Test
  void a_thing_that_changed_often_comes_once_with_its_newest_revision() throws Exception {
    feed.restart(5);
    Position start = feed.now();
    feed.changed(6, List.of(job("a"), job("b")));
    feed.changed(7, List.of(job("a")));
    News news = feed.await(start, 0);
    assertThat(news.changes()).containsExactly(new Change(job("b"), 6), new Change(job("a"), 7));
    assertThat(feed.await(news.next(), 0).isEmpty()).isTrue();
  }

  @Test
  void what_was_forgotten_resets_the_reader() throws Exception {
    feed.restart(5);
    assertThat(feed.await(feed.after(4), 0).reset()).isTrue();
    assertThat(feed.await(feed.after(5), 0).reset()).isFalse();
    assertThat(feed.await(feed.after(6), 0).reset()).isTrue();
    for (int i = 0; i <= EventFeed.KEPT; i++) {
      feed.changed(6 + i, List.of(job("j" + i)));
    }
    assertThat(feed.await(feed.after(5), 0).reset()).isTrue();
    assertThat(feed.await(feed.after(6), 0).changes()).hasSize(EventFeed.KEPT);
  }

  @Test
  void progress_is_told_apart_from_revisions() throws Exception {
    Position start = feed.now();
    feed.softly(List.of(new Soft.Progress("a", 1), new Soft.Progress("a", 1)));
    News news = feed.await(start, 0);
    assertThat(news.soft()).containsExactly(new Soft.Progress("a", 1));
    assertThat(news.changes()).isEmpty();
    assertThat(news.next().revision()).isEqualTo(start.revision());
  }

  @Test
  void closing_ends_a_wait() throws Exception {
    Position start = feed.now();
    Thread closer = Thread.startVirtualThread(feed::close);
    assertThat(feed.await(start, 60_000).isEmpty()).isTrue();
    closer.join();
    assertThat(feed.isClosed()).isTrue();
  }
}

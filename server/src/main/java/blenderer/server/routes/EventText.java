package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.api.NodeSync;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.server.http.Exchange;
import blenderer.server.scheduling.EventFeed;
import blenderer.server.scheduling.LiveFarm;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes news as server-sent events. The id of a revision stands on its last event only, so that a
 * reader that was cut in between gets the rest again.
 */
final class EventText {

  /** What stands in a progress event. */
  record Progress(
      int step,
      int index,
      String item,
      String node,
      double percent,
      @Nullable Double secondsLeft,
      @Nullable Long memoryBytes) {}

  private final History history;
  private final LiveFarm farm;
  private final Views views;
  private final JobSpaces spaces;

  EventText(History history, LiveFarm farm, Views views, JobSpaces spaces) {
    this.history = history;
    this.farm = farm;
    this.views = views;
    this.spaces = spaces;
  }

  String of(EventFeed.News news) throws IOException {
    StringBuilder text = new StringBuilder();
    if (news.reset()) {
      long revision = news.next().revision();
      append(text, revision, new Farm.Event("reset", "", revision, null));
    }
    List<EventFeed.Change> changes = news.changes();
    for (int i = 0; i < changes.size(); i++) {
      EventFeed.Change change = changes.get(i);
      boolean last = i + 1 == changes.size() || changes.get(i + 1).revision() != change.revision();
      append(text, last ? change.revision() : -1, event(change));
    }
    for (EventFeed.Soft soft : news.soft()) {
      Farm.Event event = event(soft, news.next().revision());
      if (event != null) {
        append(text, -1, event);
      }
    }
    return text.toString();
  }

  private Farm.Event event(EventFeed.Change change) throws IOException {
    String id = change.thing().id();
    Object row;
    if (change.thing().kind().equals("job")) {
      row = history.job(id).map(views::job).orElse(null);
    } else {
      Row.Node node = farm.node(id).orElse(null);
      row = node == null ? null : views.node(node);
    }
    return new Farm.Event(change.thing().kind(), id, change.revision(), row);
  }

  private Farm.@Nullable Event event(EventFeed.Soft soft, long revision) throws IOException {
    return switch (soft) {
      case EventFeed.Soft.Node(String id) -> {
        Row.Node node = farm.node(id).orElse(null);
        yield node == null ? null : new Farm.Event("node", id, revision, views.node(node));
      }
      case EventFeed.Soft.Progress(String lease, int index) -> progress(lease, index, revision);
    };
  }

  /** Null once the lease has ended: its newest state is in a row. */
  private Farm.@Nullable Event progress(String id, int index, long revision) throws IOException {
    LiveFarm.Lease lease = farm.lease(id).orElse(null);
    if (lease == null) {
      return null;
    }
    Optional<Row.Job> job = farm.unfinishedJob(lease.job());
    NodeSync.Progress progress = lease.progress().get(index);
    if (job.isEmpty() || progress == null) {
      return null;
    }
    return new Farm.Event(
        "progress",
        lease.job(),
        revision,
        new Progress(
            lease.step(),
            index,
            spaces.item(job.get(), lease.step(), index),
            lease.node(),
            progress.percent(),
            progress.secondsLeft(),
            progress.memoryBytes()));
  }

  private static void append(StringBuilder text, long id, Farm.Event event) throws IOException {
    if (id >= 0) {
      text.append("id: ").append(id).append('\n');
    }
    text.append("event: ").append(event.kind()).append('\n');
    text.append("data: ").append(Exchange.JSON.writeValueAsString(event)).append("\n\n");
  }
}

package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.api.NodeSync;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.server.http.Exchange;
import blenderer.server.scheduling.EventFeed;
import blenderer.server.scheduling.LiveFarm;
import blenderer.server.trust.Action;
import blenderer.server.trust.Gate;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/events}. A reader that is slow gets fewer, newer states; nothing is queued for it.
 * The id of a revision stands on its last event only, so that a reader that was cut in between gets
 * the rest again.
 */
final class EventRoute {

  /** What stands in a progress event. */
  record Progress(
      int step,
      int index,
      String item,
      String node,
      double percent,
      @Nullable Double secondsLeft,
      @Nullable Long memoryBytes) {}

  private static final long HEARTBEAT_MILLIS = 15_000;

  /** How long changes gather before they are sent together. */
  private static final long GATHER_MILLIS = 100;

  private final EventFeed feed;
  private final History history;
  private final LiveFarm farm;
  private final Views views;
  private final JobSpaces spaces;
  private final Gate gate;

  EventRoute(
      EventFeed feed, History history, LiveFarm farm, Views views, JobSpaces spaces, Gate gate) {
    this.feed = feed;
    this.history = history;
    this.farm = farm;
    this.views = views;
    this.spaces = spaces;
    this.gate = gate;
  }

  Endpoint endpoint() {
    return new Endpoint("GET", "/v1/events", Action.SEE_FARM, this::stream);
  }

  private void stream(Exchange exchange, Identity caller) throws IOException {
    EventFeed.Position position = begin(exchange);
    exchange.answerHeader("Cache-Control", "no-store");
    OutputStream out = exchange.stream(200, "text/event-stream", -1);
    if (exchange.method().equals("HEAD")) {
      return;
    }
    write(out, ":\n\n");
    try {
      while (!feed.isClosed() && gate.isLive(caller)) {
        EventFeed.News news = feed.await(position, HEARTBEAT_MILLIS);
        if (news.isEmpty()) {
          write(out, ":\n\n");
          continue;
        }
        position = news.next();
        write(out, text(news));
        Thread.sleep(GATHER_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    out.close();
  }

  private EventFeed.Position begin(Exchange exchange) {
    Optional<String> last = exchange.header("Last-Event-ID");
    if (last.isEmpty() || last.get().isEmpty()) {
      return feed.now();
    }
    try {
      return feed.after(Long.parseLong(last.get()));
    } catch (NumberFormatException e) {
      throw Query.bad("Last-Event-ID", last.get(), "Send the id of an event, or none.");
    }
  }

  private String text(EventFeed.News news) throws IOException {
    StringBuilder text = new StringBuilder();
    if (news.reset()) {
      long revision = news.next().revision();
      append(text, revision, new Farm.Event("reset", "", revision, null));
    }
    List<EventFeed.Change> changes = news.changes();
    Map<String, Row.Node> nodes = new TreeMap<>();
    boolean wantsNodes =
        changes.stream().anyMatch(change -> change.thing().kind().equals("node"))
            || news.soft().stream().anyMatch(soft -> soft instanceof EventFeed.Soft.Node);
    if (wantsNodes) {
      history.nodes().forEach(node -> nodes.put(node.id(), node));
    }
    for (int i = 0; i < changes.size(); i++) {
      EventFeed.Change change = changes.get(i);
      boolean last = i + 1 == changes.size() || changes.get(i + 1).revision() != change.revision();
      append(text, last ? change.revision() : -1, event(change, nodes));
    }
    for (EventFeed.Soft soft : news.soft()) {
      Farm.Event event = event(soft, news.next().revision(), nodes);
      if (event != null) {
        append(text, -1, event);
      }
    }
    return text.toString();
  }

  private Farm.Event event(EventFeed.Change change, Map<String, Row.Node> nodes)
      throws IOException {
    String id = change.thing().id();
    Object row;
    if (change.thing().kind().equals("job")) {
      row = history.job(id).map(views::job).orElse(null);
    } else {
      Row.Node node = nodes.get(id);
      row = node == null ? null : views.node(node);
    }
    return new Farm.Event(change.thing().kind(), id, change.revision(), row);
  }

  private Farm.@Nullable Event event(
      EventFeed.Soft soft, long revision, Map<String, Row.Node> nodes) throws IOException {
    return switch (soft) {
      case EventFeed.Soft.Node(String id) -> {
        Row.Node node = nodes.get(id);
        yield node == null ? null : new Farm.Event("node", id, revision, views.node(node));
      }
      case EventFeed.Soft.Progress(String job, int step, int index) -> {
        Object progress = progress(job, step, index);
        yield progress == null ? null : new Farm.Event("progress", job, revision, progress);
      }
    };
  }

  private @Nullable Progress progress(String job, int step, int index) throws IOException {
    Optional<Row.Job> row = farm.unfinishedJob(job);
    for (LiveFarm.Lease lease : farm.leasesOfJob(job)) {
      NodeSync.Progress progress = lease.step() == step ? lease.progress().get(index) : null;
      if (row.isPresent() && progress != null) {
        return new Progress(
            step,
            index,
            spaces.item(row.get(), step, index),
            lease.node(),
            progress.percent(),
            progress.secondsLeft(),
            progress.memoryBytes());
      }
    }
    return null;
  }

  private static void append(StringBuilder text, long id, Farm.Event event) throws IOException {
    if (id >= 0) {
      text.append("id: ").append(id).append('\n');
    }
    text.append("event: ").append(event.kind()).append('\n');
    text.append("data: ").append(Exchange.JSON.writeValueAsString(event)).append("\n\n");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}

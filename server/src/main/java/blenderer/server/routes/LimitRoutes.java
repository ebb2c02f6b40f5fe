package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.core.Caps;
import blenderer.core.Event;
import blenderer.core.History;
import blenderer.journal.AccountStore.Identity;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.SchedulerLoop;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the whole farm has only so much of, and what admins say of people and projects. */
final class LimitRoutes {

  private static final Pattern NAME =
      Pattern.compile("([a-z_][a-z0-9_]*:)?amount(\\.[a-z_][a-z0-9_]*)+");
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_RULE = 160;
  private static final BigDecimal LEAST_SHARE = new BigDecimal("0.01");
  private static final BigDecimal MOST_SHARE = new BigDecimal("100");
  private static final BigDecimal MOST = new BigDecimal("1000000000");

  private final History history;
  private final SchedulerLoop scheduler;

  LimitRoutes(History history, SchedulerLoop scheduler) {
    this.history = history;
    this.scheduler = scheduler;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/limits", Action.SEE_FARM, this::list),
        new Endpoint("PUT", "/v1/limits/{name}", Action.SET_LIMITS, this::set),
        new Endpoint("DELETE", "/v1/limits/{name}", Action.SET_LIMITS, this::remove));
  }

  private void list(Exchange exchange, Identity caller) throws IOException {
    exchange.json(
        200,
        new Farm.LimitList(
            history.limits().stream()
                .filter(limit -> limit.count() != null)
                .map(limit -> new Farm.Limit(limit.name(), limit.count()))
                .toList()));
  }

  private void set(Exchange exchange, Identity caller) throws IOException {
    String name = name(exchange);
    BigDecimal count = Query.need(exchange.json(Farm.NewLimit.class).count(), "count");
    if (Caps.isRule(name)) {
      checkRule(name, count);
      Waiting.done(scheduler.act(new Event.LimitSet(name, count)));
      exchange.json(200, new Farm.Limit(name, count));
      return;
    }
    if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
      throw HttpError.of(
          422,
          "bad-limit-name",
          "'" + name + "' names no amount.",
          "Write it as amount.NAME, such as amount.mymaker.licence; or as share.person.NAME,"
              + " share.project.NAME, slots.person.NAME, slots.project.NAME, priority.artist or"
              + " priority.preempt.");
    }
    if (name.startsWith("amount.worker.")) {
      throw HttpError.of(
          422,
          "bad-limit-name",
          "'" + name + "' is what each node has for itself.",
          "Choose a name that does not begin with amount.worker.");
    }
    if (count.signum() < 0 || count.compareTo(MOST) > 0 || count.scale() > 6) {
      throw HttpError.of(
          422,
          "bad-limit",
          "The farm cannot have " + count + " of '" + name + "'.",
          "Give 0 to " + MOST.toPlainString() + ".");
    }
    Waiting.done(scheduler.act(new Event.LimitSet(name, count)));
    exchange.json(200, new Farm.Limit(name, count));
  }

  /** Names of people and projects keep their case. */
  private static String name(Exchange exchange) {
    String name = exchange.param("name");
    return Caps.isRule(name) ? name : name.toLowerCase(Locale.ROOT);
  }

  private static void checkRule(String name, BigDecimal value) {
    if (name.length() > LONGEST_RULE
        || name.endsWith(".")
        || name.chars().anyMatch(Character::isISOControl)) {
      throw HttpError.of(
          422,
          "bad-limit-name",
          "'" + name + "' names no person or project.",
          "Write the name after the last dot, such as share.person.ann.");
    }
    boolean share = name.startsWith(Caps.PERSON_SHARE) || name.startsWith(Caps.PROJECT_SHARE);
    BigDecimal least =
        name.equals(Caps.ARTIST_PRIORITY)
            ? BigDecimal.valueOf(50)
            : share ? LEAST_SHARE : BigDecimal.ZERO;
    BigDecimal most =
        name.equals(Caps.ARTIST_PRIORITY) || name.equals(Caps.PREEMPTING_PRIORITY)
            ? BigDecimal.valueOf(100)
            : share ? MOST_SHARE : BigDecimal.valueOf(1_000_000);
    boolean whole = share || value.stripTrailingZeros().scale() <= 0;
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0 || !whole || value.scale() > 6) {
      throw HttpError.of(
          422,
          "bad-limit",
          "'" + name + "' cannot be " + value + ".",
          "Give a "
              + (share ? "" : "whole ")
              + "number from "
              + least.toPlainString()
              + " to "
              + most.toPlainString()
              + ".");
    }
  }

  private void remove(Exchange exchange, Identity caller) throws IOException {
    String name = name(exchange);
    Waiting.done(scheduler.act(new Event.LimitSet(name, null)));
    exchange.empty(204);
  }
}

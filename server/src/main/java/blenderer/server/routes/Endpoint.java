package blenderer.server.routes;

import blenderer.cas.CasException;
import blenderer.cas.StoreAwayException;
import blenderer.core.Journal;
import blenderer.journal.AccountStore.Identity;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.http.Route;
import blenderer.server.replicas.Replication;
import blenderer.server.replicas.Standing;
import blenderer.server.scheduling.Unavailable;
import blenderer.server.trust.Action;
import blenderer.server.trust.Gate;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A route and what a caller needs to use it.
 *
 * @param pattern as in openapi.yaml
 */
public record Endpoint(String method, String pattern, Action action, Handler handler) {

  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);
  private static final Seldom AWAY = new Seldom();

  /** Reads that only the server can answer that decides, or that hears the nodes. */
  private static final Set<String> ASKED_OF_THE_LEADER =
      Set.of(
          "/v1/nodes",
          "/v1/nodes/{name}",
          "/v1/jobs/{id}/why",
          "/v1/jobs/{id}/frames/{step}/{index}/log",
          "/v1/uploads/{id}",
          "/v1/farm/history");

  /** Answers a caller who was let in. */
  public interface Handler {
    /** As {@link blenderer.server.http.Handler#handle}. */
    void handle(Exchange exchange, Identity caller) throws IOException;
  }

  /** Answers a caller who needs no key. */
  interface OpenHandler {
    void handle(Exchange exchange) throws IOException;
  }

  private static final Identity NOBODY = new Identity("", "nobody", blenderer.model.Role.VIEWER);

  static Endpoint open(String method, String pattern, Action action, OpenHandler handler) {
    return new Endpoint(method, pattern, action, (exchange, _) -> handler.handle(exchange));
  }

  /** Whether a person's call changes something that others may ask about later. */
  private boolean isAudited() {
    return !method.equals("GET")
        && switch (action) {
          case CHECK_HEALTH,
              SEE_CERTIFICATE,
              SEE_FARM,
              SEE_USAGE,
              SEE_AUDIT,
              READ_BLOBS,
              WRITE_BLOBS,
              WORK ->
              false;
          case ENROL,
              SIGN_IN,
              SEE_SELF,
              INVITE,
              PERMIT,
              SET_LIMITS,
              RUN_JOBS,
              RUN_NODES,
              GIVE_RENDERERS,
              CLEAN_UP ->
              true;
        };
  }

  private void audited(Exchange exchange, Identity caller, AuditedExchange.Log log)
      throws IOException {
    AuditedExchange audited = new AuditedExchange(exchange, caller, action, log);
    try {
      handler.handle(audited, caller);
    } catch (HttpError e) {
      audited.failed(e);
      throw e;
    }
  }

  /** Whether of several servers the one answers it that leads: it decides, or changes things. */
  private boolean needsLeader() {
    // What servers ask each other is for the one that is asked, and passed on for nobody.
    return (!method.equals("GET") && !pattern.equals(Replication.SOFT))
        || ASKED_OF_THE_LEADER.contains(pattern);
  }

  /** The call for this server; empty if another one has answered it. */
  private Optional<Exchange> here(Exchange exchange, Gate gate, Standing standing)
      throws IOException {
    if (standing.leads()) {
      return Optional.of(standing.received(exchange));
    }
    standing.leader().ifPresent(where -> exchange.answerHeader(Standing.LEADER, where));
    if (needsLeader()) {
      if (!action.isOpen()) {
        // The leader decides; but whoever has no key shall not make this server read and send.
        gate.admit(standing.received(exchange), action);
      }
      return standing.passOn(exchange).map(standing::received);
    }
    if (!action.isOpen()) {
      standing.catchUp();
    }
    return Optional.of(exchange);
  }

  Route guarded(Gate gate, AuditedExchange.Log log, Standing standing) {
    boolean isAudited = isAudited();
    return new Route(
        method,
        pattern,
        received -> {
          Exchange exchange = received;
          try {
            Optional<Exchange> here = here(received, gate, standing);
            if (here.isEmpty()) {
              return;
            }
            exchange = here.get();
            Identity caller = action.isOpen() ? NOBODY : gate.admit(exchange, action);
            if (isAudited) {
              audited(exchange, caller, log);
            } else {
              handler.handle(exchange, caller);
            }
          } catch (Unavailable e) {
            throw unavailable(exchange, e.code(), String.valueOf(e.getMessage()));
          } catch (Journal.JournalException e) {
            throw unavailable(
                exchange,
                "read-only",
                "The server cannot write its journal; most often its disk is full or its database"
                    + " is away.");
          } catch (StoreAwayException e) {
            if (AWAY.isDue()) {
              LOG.warn("The store of files is away: {}", e.getMessage());
            }
            throw unavailable(
                exchange,
                "store-away",
                "The store that keeps the farm's files does not answer as it should.");
          } catch (CasException e) {
            throw HttpError.retryable(
                500,
                "store-failed",
                "The content store failed: " + e.getMessage(),
                "Try again; if it goes on, look at the server's disk.");
          }
        });
  }

  private static HttpError unavailable(Exchange exchange, String code, String title) {
    exchange.answerHeader("Retry-After", "1");
    return HttpError.retryable(503, code, title, "Try again in a moment.");
  }
}

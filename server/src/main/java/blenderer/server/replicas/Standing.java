package blenderer.server.replicas;

import blenderer.server.http.Exchange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What this server is among those of its farm. Safe for many threads. */
public interface Standing {

  /** The header that says where the server listens that leads. */
  String LEADER = "Blenderer-Leader";

  /** Whether the farm may have other servers. */
  boolean isShared();

  /** Whether this server decides; one that is alone does. */
  boolean leads();

  /** Where the other server listens that leads; empty: this one does, or none, or nobody knows. */
  Optional<String> leader();

  /** Where all servers of the farm listen; empty if there is but one. */
  List<String> servers();

  /** A call as its sender meant it: another server may have passed it on. */
  Exchange received(Exchange exchange);

  /** Whether a call comes from another server of this farm, for itself. */
  boolean isFromReplica(Exchange exchange);

  /**
   * Passes a call on to the server that leads, and its answer back.
   *
   * @return the call, to be answered here, if this server leads by now; otherwise it is answered
   * @throws blenderer.server.scheduling.Unavailable when nobody leads for a while
   * @throws IOException when the other server broke off, and nobody can tell what it did
   */
  Optional<Exchange> passOn(Exchange exchange) throws IOException;

  /**
   * Returns once this server knows everything that was committed before the call.
   *
   * @throws blenderer.server.scheduling.Unavailable when it cannot learn that
   */
  void catchUp();

  /** The one server of its farm. */
  Standing ALONE =
      new Standing() {
        @Override
        public boolean isShared() {
          return false;
        }

        @Override
        public boolean leads() {
          return true;
        }

        @Override
        public Optional<String> leader() {
          return Optional.empty();
        }

        @Override
        public List<String> servers() {
          return List.of();
        }

        @Override
        public Exchange received(Exchange exchange) {
          return exchange;
        }

        @Override
        public boolean isFromReplica(Exchange exchange) {
          return false;
        }

        @Override
        public Optional<Exchange> passOn(Exchange exchange) {
          return Optional.of(exchange);
        }

        @Override
        public void catchUp() {}
      };
}

package blenderer.journal;

import blenderer.journal.AccountStore.Identity;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of people's browsers, and the links that open them. A session acts as the key that
 * it belongs to: it ends when the key is revoked. Secrets never come here, only their SHA-256 as 64
 * lower-case hexadecimal digits. Times are epoch milliseconds.
 *
 * <p>Each method is atomic, and what it changed is durable when it returns. Safe for many threads.
 * Throws {@code JournalException} when nothing was changed.
 */
public interface SessionStore {

  /** Makes a link that opens one session of that key until {@code expiresAt}. */
  void link(String linkHash, String keyId, long expiresAt);

  /**
   * Opens a session with a link, which is worthless from then on, whatever came of it.
   *
   * @param tokenHash of what the browser will show
   */
  Opening open(String linkHash, New session, String tokenHash, long now);

  /** Begins a session of a key without a link. */
  void begin(String keyId, New session, String tokenHash, long now);

  /** The session with that token, if it has not ended and its key is live. */
  Optional<Live> byHash(String tokenHash, long now);

  /** It was used. */
  void used(String sessionId, long now);

  /** Sessions that have not ended, of live keys, in the order of their ids. */
  List<Session> sessions(long now);

  /** Ends a session; false if there is none. */
  boolean end(String sessionId);

  /** Forgets sessions and links that are over, and those of revoked keys. */
  void forget(long now);

  /**
   * A session to be.
   *
   * @param browser what people call it, such as {@code Firefox on Linux}
   */
  record New(String id, String browser, long expiresAt) {}

  /** A session that opens something. */
  record Live(String id, Identity identity, long expiresAt) {}

  /** A session, without its token. */
  record Session(
      String id,
      Identity identity,
      String browser,
      long createdAt,
      @Nullable Long lastUsedAt,
      long expiresAt) {}

  /** What became of a link. */
  sealed interface Opening {
    record Opened(Identity identity) implements Opening {}

    /** There is none, it was used, or its key was revoked. */
    record Unknown() implements Opening {}

    record Expired() implements Opening {}
  }
}

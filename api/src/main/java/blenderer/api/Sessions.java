package blenderer.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Browsers that people signed in with. Times are epoch milliseconds. */
public final class Sessions {

  /** How long a session lasts, in seconds. */
  public static final long LIFE_SECONDS = 30L * 24 * 60 * 60;

  /** How long a link can be opened, in seconds. */
  public static final long LINK_SECONDS = 10 * 60;

  /** The header that requests of the page carry, so that other pages' forms are none of them. */
  public static final String PAGE_HEADER = "Blenderer-Page";

  private Sessions() {}

  /**
   * {@code POST /v1/sign-in}; the answer sets the cookie.
   *
   * @param secret of a link or of an invite
   * @param name of the person; only with an invite
   */
  public record SignIn(String secret, @Nullable String name) {}

  /** Who signed in, and until when. */
  public record SignedIn(String id, String name, String role, long expiresAt) {}

  /**
   * {@code POST /v1/sign-in-links}.
   *
   * @param person whom the link signs in, for admins; null: the caller
   */
  public record NewLink(@Nullable String person) {}

  /** A link that opens one session: what stands after its {@code #}. */
  public record Link(String secret, long expiresAt) {}

  /** The session that a call came with. */
  public record Own(String id, long expiresAt) {}

  /**
   * A session: never its token.
   *
   * @param browser what people call it, such as {@code Firefox on Linux}
   * @param current whether this very call came with it
   */
  public record Session(
      String id,
      String person,
      String role,
      String browser,
      long createdAt,
      @Nullable Long lastUsedAt,
      long expiresAt,
      boolean current) {}

  /** Sessions that have not ended. */
  public record SessionList(List<Session> sessions) {}
}

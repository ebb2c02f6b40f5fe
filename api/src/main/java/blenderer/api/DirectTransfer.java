package blenderer.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that go between whoever holds them and the store of the farm without passing the server,
 * which only signs the addresses.
 */
public final class DirectTransfer {

  /**
   * The header with which a client says that it can go past the server, and its value. A server
   * whose store is reached directly answers then with an address instead of bytes.
   */
  public static final String HEADER = "Blenderer-Direct";

  /** The value of {@link #HEADER}. */
  public static final String YES = "yes";

  /** The header with the {@link Address#authority} of a redirection, in Base64. */
  public static final String AUTHORITY = "Blenderer-Authority";

  /** Up to this many bytes go through the server, since one way is shorter than three. */
  public static final long SMALL = 64 << 10;

  private DirectTransfer() {}

  /**
   * {@code POST /v1/direct-uploads}: an upload as it stands.
   *
   * @param partSize bytes of each part but the last
   * @param count how many parts the blob has
   * @param done how many of the first parts are there
   * @param next where part {@code done} goes, if its sum is known by the digest: a blob of one part
   */
  public record Upload(long partSize, int count, int done, @Nullable Address next) {}

  /**
   * {@code POST /v1/direct-uploads/parts}: asks where a part goes.
   *
   * @param size of the whole blob, in bytes
   * @param part from 0 on
   * @param sum SHA-256 of the part's bytes, 64 hexadecimal digits
   */
  public record Part(String digest, long size, int part, String sum) {}

  /**
   * Where bytes go, for this part alone and for a short time.
   *
   * @param headers must be sent as they are
   * @param authority certificates, PEM, of who vouches for the store; null: whom this computer
   *     trusts
   */
  public record Address(
      String method, String url, Map<String, String> headers, @Nullable String authority) {}
}

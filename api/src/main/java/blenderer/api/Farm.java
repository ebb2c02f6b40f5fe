package blenderer.api;

import blenderer.model.HostOffer;
import blenderer.model.Renderer;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Nodes, people, keys and invites. Times are epoch milliseconds. */
public final class Farm {

  private Farm() {}

  /**
   * {@code POST /v1/enrol}, with an invite's secret as the bearer: turns an invite into a key of
   * the caller's own. The same pair of invite and key hash may be sent again and succeeds again.
   *
   * @param name of the node or person; a name that exists with another key is refused
   * @param keyHash SHA-256 of the caller's new secret, 64 lower-case hexadecimal digits
   */
  public record Enrol(String name, String keyHash) {}

  /**
   * Who a key belongs to.
   *
   * @param session with which a browser asked; null: a program asked, with the key
   * @param may how far the person's jobs may go where nothing else is set; null: they submit none
   */
  public record Identity(
      String id, String name, String role, Sessions.@Nullable Own session, @Nullable String may) {

    /** The owner of a key that a program holds. */
    public Identity(String id, String name, String role) {
      this(id, name, role, null, null);
    }
  }

  /**
   * {@code GET /v1/server}: what the server is.
   *
   * @param fingerprint of the authority that connection strings carry; empty: the system's trust
   * @param leads whether the one that answers leads the farm; null: the farm has but one
   * @param leader where the other one listens that leads, such as {@code farm1:8443}, with commas;
   *     null: this one leads, or none
   * @param servers where all of them listen; null: the farm has but one
   */
  public record Server(
      String version,
      int protocol,
      List<String> templates,
      long revision,
      @Nullable String fingerprint,
      @Nullable Boolean leads,
      @Nullable String leader,
      @Nullable List<String> servers) {}

  /**
   * {@code POST /v1/invites}.
   *
   * @param may a word of {@code Permission} for the invited; null: what the role has of itself
   */
  public record NewInvite(String role, int uses, long validSeconds, @Nullable String may) {
    public NewInvite(String role, int uses, long validSeconds) {
      this(role, uses, validSeconds, null);
    }
  }

  /** An invite; {@code secret} only in the answer to its creation. */
  public record Invite(
      String id,
      String role,
      int usesLeft,
      long expiresAt,
      @Nullable String secret,
      @Nullable String may) {}

  /** All invites that still can be used. */
  public record InviteList(List<Invite> invites) {}

  /**
   * A key: never its secret.
   *
   * @param may how far the jobs of a person may go, a word of {@code Permission}; null for nodes
   * @param mayInProjects the same for projects in which it is set; null: none
   */
  public record Key(
      String id,
      String name,
      String role,
      long createdAt,
      @Nullable Long lastUsedAt,
      @Nullable Long revokedAt,
      @Nullable String may,
      @Nullable Map<String, String> mayInProjects) {}

  /** All keys. */
  public record KeyList(List<Key> keys) {}

  /**
   * {@code PUT /v1/people/{name}/permission}.
   *
   * @param permission a word of {@code Permission}
   * @param project null: wherever nothing else is set
   */
  public record Permit(String permission, @Nullable String project) {}

  /** {@code PUT /v1/limits/{name}}: how much of it the whole farm has. */
  public record NewLimit(BigDecimal count) {}

  /** How much of something the whole farm has, such as licences. */
  public record Limit(String name, BigDecimal count) {}

  /** All farm-wide limits. */
  public record LimitList(List<Limit> limits) {}

  /**
   * A node.
   *
   * @param state a word of {@code NodeState}
   * @param seenAt when it last called
   * @param busy how many leases it works on
   * @param now what it does, one sentence a lease
   * @param offer attributes and amounts
   * @param accepts how far jobs may go there, a word of {@code Permission}
   * @param sandbox what jobs run in, or {@code none: } and the reason; empty: not known
   * @param idle why it works on nothing, or on less than it could; only in the list of all nodes
   * @param message why the farm has set it aside, as a clause; absent: it has not
   */
  public record Node(
      String id,
      String name,
      String state,
      int slots,
      int busy,
      @Nullable Long seenAt,
      String version,
      String os,
      int cpus,
      long memoryBytes,
      List<Renderer> renderers,
      List<String> now,
      HostOffer offer,
      String accepts,
      String sandbox,
      @Nullable String idle,
      @Nullable String message) {}

  /**
   * {@code PUT /v1/nodes/{name}/pools}.
   *
   * @param pools null: those that the node's owner named
   */
  public record Pools(@Nullable List<String> pools) {}

  /** All nodes. */
  public record NodeList(List<Node> nodes) {}

  /** {@code POST /v1/blobs/missing}: digests to look for. */
  public record Digests(List<String> digests) {}

  /** The digests that the store lacks; those it has are held for a day. */
  public record MissingBlobs(List<String> missing) {}

  /** {@code POST /v1/uploads}: begin or resume the upload of one blob. */
  public record NewUpload(String digest, long size) {}

  /**
   * An upload.
   *
   * @param received how many bytes are safe at the server; the next part starts there
   * @param complete the blob is in the store already; nothing need be sent
   */
  public record Upload(String id, long received, boolean complete) {}

  /**
   * {@code application/problem+json}: every error of the API.
   *
   * @param code stable, such as {@code job-not-found}
   * @param title a plain sentence that names the thing
   * @param next what to do
   * @param retry {@code here}: the same request may succeed later; {@code never}: it will not
   */
  public record Problem(int status, String code, String title, String next, String retry) {}

  /** One event of {@code GET /v1/events}: row {@code id} of {@code kind} at a revision. */
  public record Event(String kind, String id, long revision, @Nullable Object row) {}
}

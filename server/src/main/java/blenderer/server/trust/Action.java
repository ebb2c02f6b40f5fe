package blenderer.server.trust;

import static blenderer.model.Role.ADMIN;
import static blenderer.model.Role.ARTIST;
import static blenderer.model.Role.NODE;
import static blenderer.model.Role.VIEWER;

import blenderer.model.Role;
import java.util.Set;

/**
 * What a caller may want, and the one table of which role may have it. Some actions look closer:
 * artists change only jobs of their own, nodes read only what their leases need and the archives of
 * renderers, and whoever is no admin sees and revokes only keys of their own.
 */
public enum Action {
  /** Ask whether the server is well. */
  CHECK_HEALTH("ask whether the server is well", true),
  /** Turn an invite into a key; the invite stands in for a key. */
  ENROL("turn an invite into a key", true),
  /** Fetch the certificate of the farm's own authority. */
  SEE_CERTIFICATE("fetch the farm's certificate", true),
  /** Make links for browsers, see and end sessions; those of others are for admins. */
  SIGN_IN("sign in with a browser", false, ADMIN, ARTIST, VIEWER),
  /** See who one is, what the server is, and which keys one has; give up a key of one's own. */
  SEE_SELF("see who they are", false, ADMIN, ARTIST, VIEWER, NODE),
  /** Make, see and withdraw invites. */
  INVITE("make, see or withdraw invites", false, ADMIN),
  /** Say how far people's jobs may go. */
  PERMIT("say how far people's jobs may go", false, ADMIN),
  /** Say how much the whole farm has of licences and the like. */
  SET_LIMITS("set the farm's limits", false, ADMIN),
  /** Read blobs; nodes only what their leases need, and archives of renderers. */
  READ_BLOBS("read files", false, ADMIN, ARTIST, VIEWER, NODE),
  /** Upload blobs and ask which are missing. */
  WRITE_BLOBS("upload files", false, ADMIN, ARTIST, NODE),
  /** See jobs, tasks, attempts, outputs, nodes and events. */
  SEE_FARM("see jobs and nodes", false, ADMIN, ARTIST, VIEWER),
  /** See how much of the farm people and projects used. */
  SEE_USAGE("see what people used", false, ADMIN),
  /** See which person changed what. */
  SEE_AUDIT("see who changed what", false, ADMIN),
  /** Submit jobs, and change or delete them; artists only their own. */
  RUN_JOBS("submit, change or delete jobs", false, ADMIN, ARTIST),
  /** Pause, drain and resume nodes. */
  RUN_NODES("pause, drain or resume nodes", false, ADMIN),
  /** Give the farm renderers that its nodes fetch and run, and take them away. */
  GIVE_RENDERERS("add or remove renderers", false, ADMIN),
  /** Say what of finished jobs is not kept, and take it away. */
  CLEAN_UP("clean up", false, ADMIN),
  /** Take work and report on it. */
  WORK("take work and report on it", false, NODE);

  private final String words;
  private final boolean open;

  @SuppressWarnings("ImmutableEnumChecker") // Set.of cannot be changed
  private final Set<Role> roles;

  /**
   * @param words what a person would call it, after "may not"
   */
  Action(String words, boolean open, Role... roles) {
    this.words = words;
    this.open = open;
    this.roles = Set.of(roles);
  }

  /** Such as {@code pause, drain or resume nodes}. */
  public String words() {
    return words;
  }

  /** Whether it needs no key (INV-7 names these few). */
  public boolean isOpen() {
    return open;
  }

  /** Whether a key of {@code role} may do it. */
  public boolean isAllowedTo(Role role) {
    return open || roles.contains(role);
  }
}

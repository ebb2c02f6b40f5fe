package blenderer.model;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which values of a shipped template's parameters let code of the submitter's run inside a
 * renderer. Server and node ask the same question, each for itself.
 */
public final class ScriptParameters {

  /** Values of a check box that is on. */
  private static final Set<String> ON = Set.of("true", "yes", "on", "1");

  private ScriptParameters() {}

  /** How far a job with these values goes: scripts in its scene, or add-ons that it brings. */
  public static Permission needed(Map<String, String> parameters) {
    boolean scripts =
        ON.contains(parameters.getOrDefault("AllowScripts", "").toLowerCase(Locale.ROOT));
    boolean addOns = !parameters.getOrDefault("AddOns", "").isBlank();
    return scripts || addOns ? Permission.SCRIPTS : Permission.TEMPLATES;
  }
}

package blenderer.preflight;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The table of everything that preflight knows. A code never changes its meaning; {@code
 * docs/preflight.md} is made of this table. In the texts, {0} is the file or scene, the other
 * numbers are what the rule found.
 */
public enum Trap {
  SCENE_UNREADABLE(
      Weight.BLOCKS,
      false,
      "{0} {1}.",
      "Open the file in Blender, and save it again or take a backup of it."),
  SCENE_NEWER(
      Weight.BLOCKS,
      false,
      "{0} was saved by Blender {1}, and the newest Blender {2} is {3}.",
      "Give a node Blender {1} or newer, or save the scene with the older one."),
  NO_SUCH_SCENE(Weight.BLOCKS, false, "{0} holds no scene called '{1}'.", "It holds {2}."),
  NO_CAMERA(
      Weight.BLOCKS, false, "The scene {0} has no camera.", "Add one, make it the scene's, save."),
  NO_LAYER(
      Weight.BLOCKS,
      false,
      "In the scene {0} no view layer is on for rendering.",
      "Turn on 'Use for Rendering' for a view layer, and save."),
  MOVIE_OUTPUT(
      Weight.BLOCKS,
      false,
      "The scene {0} writes a movie ({1}) of a kind that is not made here.",
      "Submit with --format PNG for the frames alone, or choose another kind and save."),
  MISSING_FILES(
      Weight.BLOCKS,
      true,
      "{1} of {0} cannot be found.",
      "Put them back or mend the paths in the scene; --allow-missing renders without them."),
  EMPTY_FILES(
      Weight.BLOCKS,
      true,
      "{1} of {0} have no content.",
      "Save or download them again; --allow-missing renders without them."),
  UNSUPPORTED_FILES(
      Weight.BLOCKS,
      true,
      "{0} uses {1} of kinds that are not sent along.",
      "Pack or bake them into the scene; --allow-missing renders without them."),
  OCIO_FOLDER(
      Weight.BLOCKS,
      false,
      "{0} would not get its colours: {1}.",
      "Set OCIO to a configuration that is whole in its folder, or unset it."),
  OCIO_OUTSIDE(
      Weight.BLOCKS,
      false,
      "{0} would not get its colours: {1}.",
      "Set OCIO to a configuration that is whole in its folder, or unset it."),
  ENGINE_MISSING(
      Weight.BLOCKS,
      true,
      "The scene {0} renders with {1}, and no node that is online has it.",
      "Choose another engine, or bring a node whose Blender has it."),
  DENOISER_MISSING(
      Weight.BLOCKS,
      true,
      "The scene {0} is denoised with {1}, and no node that is online has it.",
      "Turn denoising off, or bring a node whose Blender has it."),
  FEATURE_MISSING(
      Weight.BLOCKS,
      true,
      "The scene {0} uses {1}, and no node that is online can do that.",
      "Bake it or leave it out, or bring a node whose Blender can."),
  NO_NODE_FITS(
      Weight.BLOCKS,
      true,
      "No node that is online has Blender {1} or newer with {2} in one.",
      "Bring a node whose Blender has all of it."),
  NO_LIVE_NODE(
      Weight.WARNS,
      true,
      "No node with Blender is online, so nobody can say whether one will do.",
      "Start a node; a job waits until one comes."),
  UNBAKED_SIMULATION(
      Weight.WARNS,
      true,
      "{0} has {1} not baked: their frames depend on the order they render in.",
      "Bake all of them to the .blend, and save."),
  SCRIPTS_OFF(
      Weight.WARNS,
      true,
      "{0} has {1}, and scripts stay off on the farm.",
      "Bake what they do into key frames, or write the drivers without Python."),
  ADDONS_ABSENT(
      Weight.WARNS,
      true,
      "{0} has {1} of add-ons that a plain Blender has not got.",
      "Apply what the add-on makes, and save."),
  SCENE_WARNING(Weight.WARNS, true, "{1}.", "Look at it in Blender before you render many frames."),
  OUTPUT_NODES(
      Weight.NOTES,
      true,
      "The scene {0} writes more than one picture a frame: {1}.",
      "All they write comes back with the job."),
  OUTSIDE_PROJECT(
      Weight.NOTES,
      true,
      "{0} uses {1} outside its own folder.",
      "They are sent along, and get another place in the job."),
  NOT_TRACED(
      Weight.NOTES,
      true,
      "Only {0} itself was looked at: whether all it needs is there is not known.",
      "A Blender can say more: one on this computer, or a node's with --trace-on-farm."),
  FARM_NOT_ASKED(
      Weight.NOTES,
      true,
      "No server was asked, so what the farm can do is not known.",
      "Log in with 'blenderer login', or name a server with --connect.");

  private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');
  private final Weight weight;
  private final boolean allowable;
  private final String sentence;
  private final String next;

  Trap(Weight weight, boolean allowable, String sentence, String next) {
    this.weight = weight;
    this.allowable = allowable;
    this.sentence = sentence;
    this.next = next;
  }

  /** The stable code, such as {@code no-camera}. */
  public String code() {
    return code;
  }

  public Weight weight() {
    return weight;
  }

  /** Whether no job is made, unless it is waved through. */
  public boolean blocks() {
    return weight == Weight.BLOCKS;
  }

  /** Whether a person may wave it through. */
  public boolean allowable() {
    return allowable;
  }

  /** With the numbers in braces. */
  public String sentence() {
    return sentence;
  }

  /** What to do; with the numbers in braces. */
  public String next() {
    return next;
  }

  public static Optional<Trap> ofCode(String code) {
    return Arrays.stream(values()).filter(trap -> trap.code.equals(code)).findFirst();
  }
}

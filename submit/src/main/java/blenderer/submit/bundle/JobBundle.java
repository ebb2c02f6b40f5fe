package blenderer.submit.bundle;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A job bundle as it lies on disk: a folder, or a template alone.
 *
 * @param folder what relative paths in the bundle start from; absolute and normal
 * @param label what to call it before a person, such as the template's path as it was typed
 * @param template the bytes of the job template
 * @param values what {@code parameter_values} gives to the template's parameters
 * @param service what it gives to a farm, by key with its prefix, such as {@code deadline:priority}
 * @param assets what {@code asset_references} names
 * @param notes what a person should know of the bundle, such as a file in it that is not used
 */
@SuppressWarnings("ArrayRecordComponent")
public record JobBundle(
    Path folder,
    String label,
    byte[] template,
    Map<String, String> values,
    Map<String, String> service,
    Assets assets,
    List<String> notes) {

  public JobBundle {
    values = Map.copyOf(values);
    service = Map.copyOf(service);
    notes = List.copyOf(notes);
  }

  /** A template with no values and no files of its own. */
  public static JobBundle of(Path folder, String label, byte[] template) {
    return new JobBundle(folder, label, template, Map.of(), Map.of(), Assets.NONE, List.of());
  }

  /**
   * The content of {@code asset_references}; all paths absolute and normal.
   *
   * @param files single files that the job reads
   * @param folders folders that the job reads with all that lies in them
   * @param outputs folders that the job writes to
   * @param referenced paths that the job names and that need not be there
   */
  public record Assets(
      List<Path> files, List<Path> folders, List<Path> outputs, List<Path> referenced) {

    /** Nothing. */
    public static final Assets NONE = new Assets(List.of(), List.of(), List.of(), List.of());

    public Assets {
      files = List.copyOf(files);
      folders = List.copyOf(folders);
      outputs = List.copyOf(outputs);
      referenced = List.copyOf(referenced);
    }
  }
}

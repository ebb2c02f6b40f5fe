package blenderer.submit.bundle;

import blenderer.submit.SubmitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle says to the farm it was made for, in this farm's words. What has no such word is
 * said in a warning and never dropped in silence.
 *
 * @param priority null: not given
 * @param paused whether the job shall wait for a person
 */
record ServiceKeys(@Nullable Integer priority, boolean paused, List<String> warnings) {

  private static final String PREFIX = "deadline:";

  /**
   * Reads the keys.
   *
   * @throws SubmitException {@code bundle-invalid} when a value cannot be meant
   */
  static ServiceKeys of(Map<String, String> keys) {
    Integer priority = null;
    boolean paused = false;
    List<String> warnings = new ArrayList<>();
    for (Map.Entry<String, String> entry : new TreeMap<>(keys).entrySet()) {
      String value = entry.getValue();
      switch (entry.getKey()) {
        case PREFIX + "priority" -> priority = number(entry, 0, 100);
        case PREFIX + "targetTaskRunStatus" -> {
          switch (value) {
            case "READY" -> {}
            case "SUSPENDED" -> paused = true;
            default -> throw wrong(entry, "READY or SUSPENDED");
          }
        }
        case PREFIX + "maxRetriesPerTask" ->
            warnings.add(
                said(entry)
                    + ": this farm tries a task three times, on two nodes if there are two.");
        case PREFIX + "maxFailedTasksCount" ->
            warnings.add(
                said(entry)
                    + ": here a step gives up when its first three tasks have failed and none has"
                    + " succeeded; otherwise the rest is still done.");
        default -> warnings.add(said(entry) + ": this farm does not know it.");
      }
    }
    return new ServiceKeys(priority, paused, List.copyOf(warnings));
  }

  private static String said(Map.Entry<String, String> entry) {
    return "The bundle's '" + entry.getKey() + ": " + entry.getValue() + "' is not used";
  }

  private static int number(Map.Entry<String, String> entry, int least, int most) {
    try {
      int number = Integer.parseInt(entry.getValue().strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong(entry, "a number from " + least + " to " + most);
  }

  private static SubmitException wrong(Map.Entry<String, String> entry, String wanted) {
    return new SubmitException(
        "bundle-invalid",
        "The bundle's '" + entry.getKey() + "' is '" + entry.getValue() + "'.",
        "It must be " + wanted + ".");
  }
}

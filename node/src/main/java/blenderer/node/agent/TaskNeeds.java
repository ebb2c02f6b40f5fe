package blenderer.node.agent;

import blenderer.openjd.range.RangeExpression;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which files of a job only some of its tasks need, as its submitter found out and wrote into one
 * of them. A task is known by its number, such as its frame. It comes from another computer: what
 * it says is never more than which of the job's own files to leave out.
 */
final class TaskNeeds {

  /** Where it lies among the job's files. */
  static final String PATH = ".blenderer/needs.json";

  /** A longer list is not worth reading. */
  static final long MOST_BYTES = 64 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RangeExpression known;

  /** Of files that not every task needs; empty: none does. */
  private final Map<String, Optional<RangeExpression>> needed;

  private TaskNeeds(RangeExpression known, Map<String, Optional<RangeExpression>> needed) {
    this.known = known;
    this.needed = needed;
  }

  /**
   * Reads {@code {"version":1,"frames":"1-9","files":{"a/b.vdb":"1,3"}}}.
   *
   * @throws IllegalArgumentException naming what cannot be understood
   */
  static TaskNeeds read(byte[] bytes) throws IOException {
    JsonNode root = JSON.readTree(bytes);
    if (root.path("version").asInt() != 1) {
      throw new IllegalArgumentException("the list has an unknown version");
    }
    Map<String, Optional<RangeExpression>> needed = new HashMap<>();
    root.path("files")
        .properties()
        .forEach(
            file -> {
              String frames = file.getValue().asText();
              needed.put(
                  file.getKey(),
                  frames.isEmpty() ? Optional.empty() : Optional.of(RangeExpression.parse(frames)));
            });
    return new TaskNeeds(RangeExpression.parse(root.path("frames").asText()), needed);
  }

  /** Whether any of these tasks needs a file; a task that is not known of needs all. */
  boolean isNeeded(String path, long[] items) {
    Optional<RangeExpression> some = needed.get(path);
    if (some == null) {
      return true;
    }
    for (long item : items) {
      if (!known.contains(item) || (some.isPresent() && some.get().contains(item))) {
        return true;
      }
    }
    return false;
  }
}

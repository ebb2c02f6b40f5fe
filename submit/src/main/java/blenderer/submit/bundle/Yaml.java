package blenderer.submit.bundle;

import blenderer.submit.SubmitException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A small YAML or JSON file of a bundle, where every complaint names file and line. Numbers keep
 * the text in which they were written.
 */
final class Yaml {

  private static final int MOST_BYTES = 4 << 20;
  private static final int DEEPEST = 16;

  private final Path file;

  private Yaml(Path file) {
    this.file = file;
  }

  /** A value with its place. */
  final class Value {
    private final @Nullable Node node;

    private Value(@Nullable Node node) {
      this.node = node;
    }

    /** The entries of a mapping; none if there is nothing here. */
    Map<String, Value> fields() {
      Map<String, Value> fields = new LinkedHashMap<>();
      if (isNothing()) {
        return fields;
      }
      if (!(node instanceof MappingNode mapping)) {
        throw complaint(node, "must be a mapping of names to values");
      }
      for (NodeTuple tuple : mapping.getValue()) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
          throw complaint(tuple.getKeyNode(), "must be a name");
        }
        if (fields.put(key.getValue(), new Value(tuple.getValueNode())) != null) {
          throw complaint(key, "name, '" + key.getValue() + "', stands twice");
        }
      }
      return fields;
    }

    /** The items of a list; none if there is nothing here. */
    List<Value> items() {
      if (isNothing()) {
        return List.of();
      }
      if (!(node instanceof SequenceNode sequence)) {
        throw complaint(node, "must be a list");
      }
      List<Value> items = new ArrayList<>();
      sequence.getValue().forEach(item -> items.add(new Value(item)));
      return items;
    }

    /** The text of a single value. */
    String text() {
      if (node instanceof ScalarNode scalar && !isNothing()) {
        return scalar.getValue();
      }
      throw complaint(node, "must be a text or a number");
    }

    /** The text of a single value, or a list as JSON. */
    String textOrJson() {
      return node instanceof SequenceNode ? json(node, 0) : text();
    }

    boolean isNothing() {
      return node == null || (node instanceof ScalarNode scalar && scalar.getTag() == Tag.NULL);
    }

    SubmitException wrong(String what) {
      return complaint(node, what);
    }
  }

  /**
   * Reads a file.
   *
   * @throws SubmitException {@code bundle-invalid}
   */
  static Value read(Path file) {
    Yaml yaml = new Yaml(file);
    byte[] bytes = bytes(file, MOST_BYTES);
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(String.valueOf(file)).build();
      return yaml
      .new Value(
          new Compose(settings)
              .composeString(new String(bytes, StandardCharsets.UTF_8))
              .orElse(null));
    } catch (YamlEngineException e) {
      throw new SubmitException(
          "bundle-invalid",
          "'" + file + "' is neither YAML nor JSON.",
          "Mend the place that is named, and submit again.",
          List.of(String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  /**
   * The content of a file.
   *
   * @throws SubmitException {@code bundle-unreadable}
   */
  static byte[] bytes(Path file, int most) {
    try {
      if (Files.size(file) > most) {
        throw new SubmitException(
            "bundle-unreadable",
            "'" + file + "' is longer than " + most + " bytes.",
            "Look whether it is the right file.");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new SubmitException(
          "bundle-unreadable",
          "'" + file + "' cannot be read.",
          "Look at its rights and at the disk.",
          List.of(),
          e);
    }
  }

  private String json(Node node, int depth) {
    if (depth > DEEPEST) {
      throw complaint(node, "is nested too deeply");
    }
    return switch (node) {
      case SequenceNode list -> {
        List<String> items = new ArrayList<>();
        list.getValue().forEach(item -> items.add(json(item, depth + 1)));
        yield "[" + String.join(", ", items) + "]";
      }
      case ScalarNode scalar -> {
        boolean bare =
            scalar.getTag() == Tag.INT
                || scalar.getTag() == Tag.FLOAT
                || scalar.getTag() == Tag.BOOL
                || scalar.getTag() == Tag.NULL;
        yield bare ? scalar.getValue() : quoted(scalar.getValue());
      }
      default -> throw complaint(node, "must be a list of texts or numbers");
    };
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  private SubmitException complaint(@Nullable Node node, String what) {
    String line =
        node == null
            ? ""
            : node.getStartMark().map(mark -> ", line " + (mark.getLine() + 1)).orElse("");
    return new SubmitException(
        "bundle-invalid",
        "'" + file + "'" + line + ": this " + what + ".",
        "Mend it, and submit again.");
  }
}

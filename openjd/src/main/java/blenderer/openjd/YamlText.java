package blenderer.openjd;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 under its core schema: {@code yes} is text, {@code 010} is ten, {@code 1:30} is
 * text. Aliases are followed as often as they are written, so their expansion is bounded here.
 */
final class YamlText {

  private static final int MOST_VALUES = 500_000;
  private static final int LONGEST_NUMBER = 400;

  private int values = 0;
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private YamlText() {}

  static Tree read(String text) throws Tree.Unreadable {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(Integer.MAX_VALUE)
            .setUseMarks(true)
            .build();
    Optional<Node> root;
    try {
      root = new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      String what = e.getProblem() == null ? "this is not YAML" : e.getProblem();
      throw new Tree.Unreadable(line(e.getProblemMark()) + what);
    } catch (YamlEngineException e) {
      throw new Tree.Unreadable("this is not YAML: " + e.getMessage());
    }
    if (root.isEmpty()) {
      throw new Tree.Unreadable("the document is empty");
    }
    return new YamlText().tree(root.get());
  }

  private Tree tree(Node node) throws Tree.Unreadable {
    if (++values > MOST_VALUES) {
      throw new Tree.Unreadable("the document has more than " + MOST_VALUES + " values");
    }
    if (!open.add(node)) {
      throw new Tree.Unreadable(line(node.getStartMark()) + "an alias stands inside what it names");
    }
    Tree tree =
        switch (node) {
          case ScalarNode scalar -> scalar(scalar);
          case SequenceNode sequence -> items(sequence);
          case MappingNode mapping -> fields(mapping);
          default -> throw new Tree.Unreadable(line(node.getStartMark()) + "this is no value");
        };
    open.remove(node);
    return tree;
  }

  private Tree items(SequenceNode sequence) throws Tree.Unreadable {
    List<Tree> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(tree(item));
    }
    return new Tree.Items(items);
  }

  private Tree fields(MappingNode mapping) throws Tree.Unreadable {
    SequencedMap<String, Tree> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node keyNode = tuple.getKeyNode();
      if (!(keyNode instanceof ScalarNode key)) {
        throw new Tree.Unreadable(line(keyNode.getStartMark()) + "a key must be text");
      }
      if (fields.put(key.getValue(), tree(tuple.getValueNode())) != null) {
        throw new Tree.Unreadable(
            line(keyNode.getStartMark())
                + "the key '"
                + key.getValue()
                + "' stands twice in the same object; remove one");
      }
    }
    return new Tree.Fields(fields);
  }

  private static Tree scalar(ScalarNode scalar) throws Tree.Unreadable {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.STR)) {
      return new Tree.Text(text);
    }
    if (tag.equals(Tag.BOOL)) {
      return new Tree.Bool(text.equalsIgnoreCase("true"));
    }
    if (tag.equals(Tag.NULL)) {
      return new Tree.Nothing("null");
    }
    if (text.length() > LONGEST_NUMBER) {
      throw new Tree.Unreadable(
          line(scalar.getStartMark()) + "a number has more than " + LONGEST_NUMBER + " characters");
    }
    try {
      if (tag.equals(Tag.INT)) {
        return new Tree.Number(new BigDecimal(whole(text)), text, true);
      }
      if (tag.equals(Tag.FLOAT)) {
        return text.toLowerCase(java.util.Locale.ROOT).matches("[-+]?\\.inf|\\.nan")
            ? new Tree.Nothing(text)
            : new Tree.Number(new BigDecimal(text), text, false);
      }
    } catch (NumberFormatException e) {
      throw new Tree.Unreadable(line(scalar.getStartMark()) + "'" + text + "' is no number");
    }
    throw new Tree.Unreadable(
        line(scalar.getStartMark()) + "the tag '" + tag.getValue() + "' has no meaning here");
  }

  private static BigInteger whole(String text) {
    if (text.startsWith("0x")) {
      return new BigInteger(text.substring(2), 16);
    }
    if (text.startsWith("0o")) {
      return new BigInteger(text.substring(2), 8);
    }
    return new BigInteger(text);
  }

  private static String line(Optional<Mark> mark) {
    return mark.map(m -> "line " + (m.getLine() + 1) + ": ").orElse("");
  }
}

package blenderer.openjd;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 under its core schema: {@code yes} is text, {@code 010} is ten, {@code 1:30} is
 * text.
 *
 * <p>Puts the tree together from events and not by the library's composer, which recurses without
 * bound: templates come from anybody. Aliases count as often as they are written.
 */
final class YamlText {

  private static final int DEEPEST = 64;
  private static final int MOST_VALUES = 500_000;
  private static final int LONGEST_NUMBER = 400;

  /** The library's time for a text is quadratic in the length of its lines. */
  private static final int LONGEST_LINE = 1 << 17;

  /** A value that aliases may name, and how many values it holds, aliases followed. */
  private record Anchored(Tree tree, int values) {}

  private static final CoreSchema SCHEMA = new CoreSchema();

  /** The schema makes a new one, with all its patterns, whenever it is asked. */
  private static final ScalarResolver RESOLVER = SCHEMA.getScalarResolver();

  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private int values = 0;

  private YamlText(Iterator<Event> events) {
    this.events = events;
  }

  static Tree read(String text) throws Tree.Unreadable {
    checkLines(text);
    LoadSettings settings =
        LoadSettings.builder().setSchema(SCHEMA).setCodePointLimit(Integer.MAX_VALUE).build();
    try {
      return new YamlText(new Parse(settings).parseString(text).iterator()).document();
    } catch (MarkedYamlEngineException e) {
      String what = e.getProblem() == null ? "this is not YAML" : e.getProblem();
      throw new Tree.Unreadable(line(e.getProblemMark()), what);
    } catch (YamlEngineException e) {
      throw new Tree.Unreadable(0, "this is not YAML: " + e.getMessage());
    }
  }

  private static void checkLines(String text) throws Tree.Unreadable {
    int line = 1;
    for (int start = 0, end; start < text.length(); start = end + 1, line++) {
      end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      if (end - start > LONGEST_LINE) {
        throw new Tree.Unreadable(
            line, "the line has more than " + LONGEST_LINE + " characters; break it");
      }
    }
  }

  private Tree document() throws Tree.Unreadable {
    Event event = events.next();
    while (!(event instanceof NodeEvent)) {
      if (event.getEventId() == Event.ID.StreamEnd) {
        throw new Tree.Unreadable(0, "the document is empty");
      }
      event = events.next();
    }
    Tree tree = tree(event, 0);
    while (events.hasNext()) {
      if (events.next().getEventId() == Event.ID.DocumentStart) {
        throw new Tree.Unreadable(0, "there is more than one document; leave one");
      }
    }
    return tree;
  }

  private Tree tree(Event event, int depth) throws Tree.Unreadable {
    if (depth > DEEPEST) {
      throw refused(event, "it nests deeper than " + DEEPEST + " levels");
    }
    if (event instanceof AliasEvent alias) {
      Anchored anchored = anchors.get(alias.getAlias().getValue());
      if (anchored == null) {
        throw refused(event, "the alias '*" + alias.getAlias() + "' names nothing before it");
      }
      count(event, anchored.values());
      return anchored.tree();
    }
    int before = values;
    count(event, 1);
    Tree tree =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar);
          case SequenceStartEvent _ -> items(event, depth);
          case MappingStartEvent _ -> fields(event, depth);
          default -> throw refused(event, "this is no value");
        };
    if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
      anchors.put(node.getAnchor().get().getValue(), new Anchored(tree, values - before));
    }
    return tree;
  }

  private void count(Event event, int more) throws Tree.Unreadable {
    values += more;
    if (values > MOST_VALUES) {
      throw refused(event, "the document has more than " + MOST_VALUES + " values");
    }
  }

  private Tree items(Event start, int depth) throws Tree.Unreadable {
    List<Tree> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(tree(event, depth + 1));
    }
    return new Tree.Items(items, line(start.getStartMark()));
  }

  private Tree fields(Event start, int depth) throws Tree.Unreadable {
    SequencedMap<String, Tree> fields = new LinkedHashMap<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      if (!(event instanceof ScalarEvent key)) {
        throw refused(event, "a key must be text");
      }
      if (fields.put(key.getValue(), tree(events.next(), depth + 1)) != null) {
        throw refused(
            event, "the key '" + key.getValue() + "' stands twice in the same object; remove one");
      }
    }
    return new Tree.Fields(fields, line(start.getStartMark()));
  }

  private static Tree scalar(ScalarEvent scalar) throws Tree.Unreadable {
    String text = scalar.getValue();
    int line = line(scalar.getStartMark());
    Tag tag =
        scalar
            .getTag()
            .filter(written -> !written.equals("!"))
            .map(Tag::new)
            .orElseGet(
                () -> RESOLVER.resolve(text, scalar.getImplicit().canOmitTagInPlainScalar()));
    if (tag.equals(Tag.STR)) {
      return new Tree.Text(text, line);
    }
    if (tag.equals(Tag.NULL)) {
      return new Tree.Nothing("null", line);
    }
    if (tag.equals(Tag.BOOL)) {
      return new Tree.Bool(text.equalsIgnoreCase("true"), line);
    }
    try {
      if (tag.equals(Tag.INT) && text.length() <= LONGEST_NUMBER) {
        return new Tree.Num(new BigDecimal(whole(text)), whole(text).toString(), true, line);
      }
      if (tag.equals(Tag.FLOAT) && text.length() <= LONGEST_NUMBER) {
        return text.toLowerCase(Locale.ROOT).matches("[-+]?\\.inf|\\.nan")
            ? new Tree.Nothing(text, line)
            : new Tree.Num(new BigDecimal(text), text, false, line);
      }
    } catch (NumberFormatException e) {
      throw refused(scalar, "'" + text + "' is no number");
    }
    throw refused(scalar, "a value of the kind '" + tag.getValue() + "' cannot be used here");
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

  private static Tree.Unreadable refused(Event event, String what) {
    return new Tree.Unreadable(line(event.getStartMark()), what);
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(m -> m.getLine() + 1).orElse(0);
  }
}

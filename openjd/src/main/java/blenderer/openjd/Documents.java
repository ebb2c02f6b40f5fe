package blenderer.openjd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/** Reads documents that are no templates, in JSON or YAML 1.2. */
public final class Documents {

  /** The longest document that is read, in bytes. */
  public static final int MOST_BYTES = 10 << 20;

  private static final Pattern JSON_NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  private Documents() {}

  /**
   * Reads an object whose keys name parameters.
   *
   * @return the values as {@link JobCreation} takes them: text as it is, numbers as they were
   *     written, everything else as JSON
   * @throws IllegalArgumentException with a sentence for a person
   */
  public static SequencedMap<String, String> values(byte[] utf8) {
    if (!(read(utf8) instanceof Tree.Fields object)) {
      throw new IllegalArgumentException("it is no object with a parameter's name before each ':'");
    }
    SequencedMap<String, String> values = new LinkedHashMap<>();
    object.fields().forEach((name, value) -> values.put(name, value(name, value)));
    return values;
  }

  private static Tree read(byte[] utf8) {
    if (utf8.length > MOST_BYTES) {
      throw new IllegalArgumentException("it is longer than " + MOST_BYTES + " bytes");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
      try {
        return YamlText.read(plain);
      } catch (Tree.Unreadable yaml) {
        if (plain.stripLeading().startsWith("{")) {
          return JsonText.read(plain);
        }
        throw yaml;
      }
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("it is not UTF-8 text; save it as UTF-8", e);
    } catch (Tree.Unreadable e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String value(String name, Tree value) {
    return switch (value) {
      case Tree.Text text -> text.value();
      case Tree.Num number -> number.text();
      case Tree.Bool bool -> Boolean.toString(bool.value());
      case Tree.Nothing _ ->
          throw new IllegalArgumentException("the parameter '" + name + "' has no value in it");
      case Tree.Items _, Tree.Fields _ -> {
        StringBuilder json = new StringBuilder();
        write(value, json);
        yield json.toString();
      }
    };
  }

  private static void write(Tree tree, StringBuilder out) {
    switch (tree) {
      case Tree.Text text -> JsonText.quote(text.value(), out);
      case Tree.Num number ->
          out.append(JSON_NUMBER.matcher(number.text()).matches() ? number.text() : number.value());
      case Tree.Bool bool -> out.append(bool.value());
      case Tree.Nothing _ -> out.append("null");
      case Tree.Items list -> items(list.items(), out);
      case Tree.Fields object -> fields(object.fields(), out);
    }
  }

  private static void items(List<Tree> items, StringBuilder out) {
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      write(items.get(i), out);
    }
    out.append(']');
  }

  private static void fields(Map<String, Tree> fields, StringBuilder out) {
    String comma = "{";
    for (Map.Entry<String, Tree> field : fields.entrySet()) {
      out.append(comma);
      JsonText.quote(field.getKey(), out);
      out.append(": ");
      write(field.getValue(), out);
      comma = ", ";
    }
    out.append(fields.isEmpty() ? "{}" : "}");
  }
}

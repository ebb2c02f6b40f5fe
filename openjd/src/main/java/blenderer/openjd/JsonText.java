package blenderer.openjd;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict JSON reader (RFC 8259). Numbers keep their digits; a key that stands twice is refused.
 */
final class JsonText {

  private static final int DEEPEST = 64;
  private static final int LONGEST_NUMBER = 400;
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,6})?");

  private final String text;
  private int at = 0;

  /** Line ends stand between values only: a string with one in it is refused. */
  private int line = 1;

  private JsonText(String text) {
    this.text = text;
  }

  /** Appends a text as a JSON string. */
  static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  static Tree read(String text) throws Tree.Unreadable {
    JsonText reader = new JsonText(text);
    Tree tree = reader.value(0);
    reader.skipSpace();
    if (reader.at < text.length()) {
      throw reader.wrong("there is something after the end of the document");
    }
    return tree;
  }

  private Tree value(int depth) throws Tree.Unreadable {
    if (depth > DEEPEST) {
      throw wrong("it nests deeper than " + DEEPEST + " levels");
    }
    skipSpace();
    if (at >= text.length()) {
      throw wrong("a value is missing");
    }
    return switch (text.charAt(at)) {
      case '{' -> fields(depth);
      case '[' -> items(depth);
      case '"' -> new Tree.Text(string(), line);
      case 't' -> word("true", new Tree.Bool(true, line));
      case 'f' -> word("false", new Tree.Bool(false, line));
      case 'n' -> word("null", new Tree.Nothing("null", line));
      default -> number();
    };
  }

  private Tree fields(int depth) throws Tree.Unreadable {
    int start = line;
    at++;
    SequencedMap<String, Tree> fields = new LinkedHashMap<>();
    if (next('}')) {
      return new Tree.Fields(fields, start);
    }
    do {
      skipSpace();
      if (at >= text.length() || text.charAt(at) != '"') {
        throw wrong("a key in double quotes is missing");
      }
      String key = string();
      if (!next(':')) {
        throw wrong("a ':' is missing after the key '" + key + "'");
      }
      if (fields.put(key, value(depth + 1)) != null) {
        throw wrong("the key '" + key + "' stands twice in the same object; remove one");
      }
    } while (next(','));
    if (!next('}')) {
      throw wrong("a ',' or '}' is missing");
    }
    return new Tree.Fields(fields, start);
  }

  private Tree items(int depth) throws Tree.Unreadable {
    int start = line;
    at++;
    List<Tree> items = new ArrayList<>();
    if (next(']')) {
      return new Tree.Items(items, start);
    }
    do {
      items.add(value(depth + 1));
    } while (next(','));
    if (!next(']')) {
      throw wrong("a ',' or ']' is missing");
    }
    return new Tree.Items(items, start);
  }

  private Tree word(String word, Tree meaning) throws Tree.Unreadable {
    if (!text.startsWith(word, at)) {
      throw wrong("this is no JSON value");
    }
    at += word.length();
    return meaning;
  }

  private Tree number() throws Tree.Unreadable {
    Matcher matcher = NUMBER.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw wrong("this is no JSON value");
    }
    String digits = matcher.group();
    if (digits.length() > LONGEST_NUMBER) {
      throw wrong("a number has more than " + LONGEST_NUMBER + " characters");
    }
    at = matcher.end();
    boolean whole = matcher.group(1) == null && matcher.group(2) == null;
    return new Tree.Num(new BigDecimal(digits), digits, whole, line);
  }

  private String string() throws Tree.Unreadable {
    StringBuilder out = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        throw wrong("a control character stands in a text; write it as an escape");
      }
      out.append(c == '\\' ? escaped() : c);
    }
    throw wrong("a text is not closed with '\"'");
  }

  private char escaped() throws Tree.Unreadable {
    char c = at < text.length() ? text.charAt(at++) : 0;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("there is no escape '\\" + c + "' in JSON");
    };
  }

  private char unicode() throws Tree.Unreadable {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at++), 16) : -1;
      if (digit < 0) {
        throw wrong("'\\u' needs four hexadecimal digits");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private boolean next(char wanted) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      line += text.charAt(at) == '\n' ? 1 : 0;
      at++;
    }
  }

  private Tree.Unreadable wrong(String what) {
    return new Tree.Unreadable(line, what);
  }
}

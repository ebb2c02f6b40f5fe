package blenderer.openjd;

import java.util.ArrayList;
import java.util.List;

/** Reads combination expressions by recursive descent over {@code product := term ('*' term)*}. */
final class CombinationReader {
  private static final int DEEPEST = 32;
  private final String text;
  private int at = 0;

  private CombinationReader(String text) {
    this.text = text;
  }

  /**
   * Reads a combination expression such as {@code A * (B, C)}.
   *
   * @throws IllegalArgumentException with a plain sentence
   */
  static Combination read(String text) {
    return new CombinationReader(text).whole();
  }

  private Combination whole() {
    Combination all = product(0);
    if (at < text.length()) {
      throw refused("has '" + text.charAt(at) + "' where '*' or the end should be");
    }
    return all;
  }

  private Combination product(int depth) {
    List<Combination> terms = new ArrayList<>();
    do {
      terms.add(term(depth));
    } while (next('*'));
    return terms.size() == 1 ? terms.getFirst() : new Combination.Product(terms);
  }

  private Combination term(int depth) {
    if (!next('(')) {
      return new Combination.One(identifier());
    }
    if (depth == DEEPEST) {
      throw refused("nests deeper than " + DEEPEST + " levels");
    }
    List<Combination> terms = new ArrayList<>();
    do {
      terms.add(product(depth + 1));
    } while (next(','));
    if (!next(')')) {
      throw refused("lacks a ')'");
    }
    if (terms.size() == 1) {
      throw refused("has parentheses around one term; name at least two, as in (A, B)");
    }
    return new Combination.Association(terms);
  }

  private String identifier() {
    skipSpace();
    int start = at;
    while (at < text.length() && isPart(text.charAt(at), at > start)) {
      at++;
    }
    if (at == start) {
      throw refused(
          at < text.length()
              ? "has '" + text.charAt(at) + "' where a task parameter's name should be"
              : "ends where a task parameter's name should be");
    }
    String name = text.substring(start, at);
    skipSpace();
    return name;
  }

  private static boolean isPart(char c, boolean later) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || c == '_'
        || (later && c >= '0' && c <= '9');
  }

  private boolean next(char wanted) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      skipSpace();
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private IllegalArgumentException refused(String what) {
    return new IllegalArgumentException("the combination '" + text + "' " + what);
  }
}

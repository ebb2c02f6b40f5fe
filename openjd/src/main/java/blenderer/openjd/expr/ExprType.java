package blenderer.openjd.expr;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The type of a value, or what is known of the type of a value that is not known yet (§1.2). */
public sealed interface ExprType {

  /** Types without parts. */
  enum Simple implements ExprType {
    BOOL("bool"),
    INT("int"),
    FLOAT("float"),
    STRING("string"),
    PATH("path"),
    RANGE_EXPR("range_expr"),
    /** Of {@code null} only. */
    NULL("nulltype"),
    /** Nothing is known. */
    ANY("any"),
    /** Of what never gives a value. */
    NO_RETURN("noreturn");

    private final String word;

    Simple(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** A list; the empty list literal has the element type {@code NULL}, which fits every list. */
  record ListOf(ExprType element) implements ExprType {
    @Override
    public String toString() {
      return "list[" + element + "]";
    }
  }

  /**
   * One of several types; made by {@link ExprType#union} only, which keeps them apart and sorted.
   */
  record Union(List<ExprType> members) implements ExprType {
    public Union {
      members = List.copyOf(members);
    }

    @Override
    public String toString() {
      return String.join(" | ", members.stream().map(Object::toString).toList());
    }
  }

  /** Stands in signatures for any type, the same wherever it stands. */
  record Variable(String name) implements ExprType {
    @Override
    public String toString() {
      return name;
    }
  }

  ExprType BOOL = Simple.BOOL;
  ExprType INT = Simple.INT;
  ExprType FLOAT = Simple.FLOAT;
  ExprType STRING = Simple.STRING;
  ExprType PATH = Simple.PATH;
  ExprType RANGE_EXPR = Simple.RANGE_EXPR;
  ExprType NULL = Simple.NULL;
  ExprType ANY = Simple.ANY;
  ExprType NO_RETURN = Simple.NO_RETURN;
  ExprType EMPTY_LIST = new ListOf(Simple.NULL);

  /** What an item of a list of texts may be: left out, one text, or several (§1.3.2). */
  ExprType LIST_ITEM = union(List.of(STRING, NULL, new ListOf(STRING)));

  /** A list of {@code element}. */
  static ExprType listOf(ExprType element) {
    return new ListOf(element);
  }

  /** One of {@code types}: nested unions opened, doubles and {@code noreturn} dropped. */
  static ExprType union(Collection<ExprType> types) {
    Set<ExprType> flat = new LinkedHashSet<>();
    types.forEach(type -> flat.addAll(type.alternatives()));
    if (flat.contains(ANY)) {
      return ANY;
    }
    if (flat.size() > 1) {
      flat.remove(NO_RETURN);
    }
    if (flat.size() == 1) {
      return flat.iterator().next();
    }
    List<ExprType> sorted = new ArrayList<>(flat);
    sorted.sort(
        Comparator.comparing((ExprType type) -> type == NULL).thenComparing(Object::toString));
    return new Union(sorted);
  }

  /** The members of a union, or the type itself. */
  default List<ExprType> alternatives() {
    return this instanceof Union(var members) ? members : List.of(this);
  }

  /** Whether it is neither a list nor a union nor unknown. */
  default boolean isScalar() {
    return this instanceof Simple simple
        && simple != Simple.NULL
        && simple != Simple.ANY
        && simple != Simple.NO_RETURN;
  }

  /**
   * Reads {@code list[int]}, {@code int?} or {@code int | string}; T, T1, T2 and T3 are variables.
   *
   * @throws IllegalArgumentException when it is none
   */
  static ExprType parse(String text) {
    String trimmed = text.strip();
    if (trimmed.contains("|")) {
      List<ExprType> members = new ArrayList<>();
      for (String member : trimmed.split("\\|", -1)) {
        members.add(parse(member));
      }
      return union(members);
    }
    if (trimmed.endsWith("?")) {
      return union(List.of(parse(trimmed.substring(0, trimmed.length() - 1)), NULL));
    }
    if (trimmed.startsWith("list[") && trimmed.endsWith("]")) {
      return new ListOf(parse(trimmed.substring(5, trimmed.length() - 1)));
    }
    if (trimmed.matches("T[1-3]?")) {
      return new Variable(trimmed);
    }
    for (Simple simple : Simple.values()) {
      if (simple.word.equals(trimmed)) {
        return simple;
      }
    }
    throw new IllegalArgumentException("'" + text + "' is no type");
  }
}

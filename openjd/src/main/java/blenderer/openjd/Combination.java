package blenderer.openjd;

import java.util.List;

/** How task parameters make tasks: products and associations of parameters (§3.4.2). */
public sealed interface Combination {

  /** A parameter alone. */
  record One(String parameter) implements Combination {}

  /** Every value of one with every value of the others; the first varies slowest. */
  record Product(List<Combination> terms) implements Combination {
    public Product {
      terms = List.copyOf(terms);
    }
  }

  /** The first values together, the second values together, and so on; equal lengths. */
  record Association(List<Combination> terms) implements Combination {
    public Association {
      terms = List.copyOf(terms);
    }
  }

  /** The parameters, in the order of the expression. */
  default List<String> parameters() {
    return switch (this) {
      case One(String parameter) -> List.of(parameter);
      case Product(List<Combination> terms) -> all(terms);
      case Association(List<Combination> terms) -> all(terms);
    };
  }

  private static List<String> all(List<Combination> terms) {
    return terms.stream().flatMap(term -> term.parameters().stream()).toList();
  }
}

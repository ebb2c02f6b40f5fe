package blenderer.openjd;

import java.util.ArrayList;
import java.util.List;

/** Lists as the text in which a parameter's value is kept: JSON. */
final class ParameterList {

  private ParameterList() {}

  /** The items' texts as one. */
  static String write(List<String> items, ParameterType element) {
    StringBuilder out = new StringBuilder("[");
    for (String item : items) {
      out.append(out.length() > 1 ? ", " : "");
      switch (element) {
        case STRING, PATH, RANGE_EXPR -> JsonText.quote(item, out);
        case INT, BOOL, LIST_INT -> out.append(item);
        // 0.50 stays 0.50, but .5 and +1 are no JSON.
        case FLOAT -> {
          if (item.matches("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")) {
            out.append(item);
          } else {
            JsonText.quote(item, out);
          }
        }
        case LIST_STRING, LIST_PATH, LIST_FLOAT, LIST_BOOL, LIST_LIST_INT ->
            throw new IllegalArgumentException("there is no list of " + element);
      }
    }
    return out.append(']').toString();
  }

  /** The items' texts of a text that {@link #write} made. */
  static List<String> read(String text, ParameterType element) {
    try {
      if (!(JsonText.read(text) instanceof Tree.Items(List<Tree> trees, _))) {
        throw new IllegalArgumentException("'" + text + "' is no list");
      }
      Problems problems = new Problems();
      List<String> items = new ArrayList<>();
      for (Tree tree : trees) {
        ParameterText.of(new Spot(tree, "", problems), element).ifPresent(items::add);
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException("'" + text + "' is no list of " + element);
      }
      return items;
    } catch (Tree.Unreadable e) {
      throw new IllegalArgumentException("'" + text + "' is no list", e);
    }
  }
}

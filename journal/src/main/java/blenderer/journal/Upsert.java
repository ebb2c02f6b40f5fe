package blenderer.journal;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a statement of the form {@code INSERT … ON CONFLICT (…) DO UPDATE} says of its key. */
final class Upsert {

  private static final Pattern FORM =
      Pattern.compile(
          "INSERT INTO \\w+ \\(([^)]*)\\) VALUES \\(([?, ]*)\\)"
              + " ON CONFLICT \\(([^)]*)\\) DO UPDATE .*");

  private Upsert() {}

  /**
   * The places of the key's columns among the parameters, from 0; none for other statements.
   *
   * @throws IllegalArgumentException if its values are not all parameters
   */
  static List<Integer> keyOf(String sql) {
    Matcher form = FORM.matcher(sql);
    if (!form.matches()) {
      if (sql.contains("DO UPDATE")) {
        throw new IllegalArgumentException("the key cannot be told of: " + sql);
      }
      return List.of();
    }
    List<String> columns = List.of(form.group(1).split(", *"));
    return List.of(form.group(3).split(", *")).stream().map(columns::indexOf).toList();
  }
}

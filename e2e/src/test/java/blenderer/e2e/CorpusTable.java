package blenderer.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The table of docs/corpus.md, below the words a person wrote. A run of some scenes, or with one
 * Blender, replaces their cells and leaves the others.
 */
final class CorpusTable {

  private static final String MARK = "<!-- from here on written by CorpusTest -->\n";
  private static final String SAVED = "saved by";

  /** Scene to column to cell. */
  private final TreeMap<String, TreeMap<String, String>> rows = new TreeMap<>();

  private final String words;

  private CorpusTable(String page) {
    int at = page.indexOf(MARK);
    words = at < 0 ? page : page.substring(0, at);
    List<String> columns = List.of();
    for (String line : page.substring(Math.max(at, 0)).lines().toList()) {
      if (at < 0 || !line.startsWith("| ")) {
        continue;
      }
      List<String> cells = List.of(line.substring(2, line.length() - 2).split(" \\| ", -1));
      if (columns.isEmpty()) {
        columns = cells;
        continue;
      }
      for (int i = 1; i < cells.size(); i++) {
        put(cells.getFirst(), columns.get(i), cells.get(i));
      }
    }
  }

  static void write(Path page, Path folder, Map<String, Map<Path, CorpusRun.Outcome>> all)
      throws IOException {
    CorpusTable table = new CorpusTable(Files.exists(page) ? Files.readString(page) : "");
    all.forEach(
        (version, outcomes) ->
            outcomes.forEach(
                (scene, outcome) -> {
                  String called = called(folder, scene);
                  table.put(called, version, cell(outcome));
                  if (!outcome.saved().isEmpty()) {
                    table.put(called, SAVED, outcome.saved());
                  }
                }));
    Files.writeString(page, table.text());
  }

  private void put(String scene, String column, String cell) {
    rows.computeIfAbsent(scene, _ -> new TreeMap<>()).put(column, cell);
  }

  private String text() {
    TreeSet<String> versions = new TreeSet<>();
    rows.values().forEach(row -> versions.addAll(row.keySet()));
    versions.remove(SAVED);
    StringBuilder text = new StringBuilder(words).append(MARK);
    for (String version : versions) {
      text.append("\nBlender ").append(version).append(": ").append(sums(version)).append(".\n");
    }
    text.append("\n| scene | " + SAVED + " | ").append(String.join(" | ", versions));
    text.append(" |\n|---|---|").append("---|".repeat(versions.size())).append('\n');
    rows.forEach(
        (scene, row) -> {
          text.append("| ").append(scene).append(" | ").append(row.getOrDefault(SAVED, ""));
          versions.forEach(version -> text.append(" | ").append(row.getOrDefault(version, "")));
          text.append(" |\n");
        });
    return text.toString();
  }

  private String sums(String version) {
    TreeMap<String, Integer> sums = new TreeMap<>();
    for (Map<String, String> row : rows.values()) {
      String cell = row.getOrDefault(version, "");
      if (!cell.isEmpty()) {
        sums.merge(cell.startsWith("**bad**") ? "bad" : cell, 1, Integer::sum);
      }
    }
    return sums.values().stream().mapToInt(Integer::intValue).sum()
        + " scenes, "
        + sums.entrySet().stream()
            .map(sum -> sum.getValue() + " " + sum.getKey())
            .collect(Collectors.joining(", "));
  }

  private static String cell(CorpusRun.Outcome outcome) {
    String words = outcome.words().lines().findFirst().orElse("").replace('|', '/').strip();
    return outcome.good() ? words : "**bad**: " + words;
  }

  /** The package and the file, without the folders that all of a package have. */
  private static String called(Path folder, Path scene) {
    Path inside = folder.relativize(scene);
    String rest = inside.subpath(1, inside.getNameCount()).toString().replace('\\', '/');
    return inside.getName(0) + ": " + rest.replaceFirst("^usr/.*?/(examples|data|blend)/", "");
  }
}

package blenderer.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The table of docs/corpus.md, below the words a person wrote. */
final class CorpusTable {

  private static final String MARK = "<!-- from here on written by CorpusTest -->\n";

  private CorpusTable() {}

  static void write(Path page, Path folder, Map<String, Map<Path, CorpusRun.Outcome>> all)
      throws IOException {
    String own = Files.exists(page) ? Files.readString(page) : "";
    int at = own.indexOf(MARK);
    StringBuilder text = new StringBuilder(at < 0 ? own : own.substring(0, at)).append(MARK);
    List<String> versions = new ArrayList<>(all.keySet());
    all.forEach(
        (version, outcomes) ->
            text.append("\nBlender ")
                .append(version)
                .append(": ")
                .append(sums(outcomes))
                .append(".\n"));
    text.append("\n| scene | saved by | ").append(String.join(" | ", versions)).append(" |\n");
    text.append("|---|---|").append("---|".repeat(versions.size())).append('\n');
    for (Path scene : all.values().iterator().next().keySet()) {
      text.append("| ").append(called(folder, scene)).append(" | ").append(saved(all, scene));
      for (Map<Path, CorpusRun.Outcome> outcomes : all.values()) {
        text.append(" | ").append(cell(Objects.requireNonNull(outcomes.get(scene))));
      }
      text.append(" |\n");
    }
    Files.writeString(page, text);
  }

  private static String saved(Map<String, Map<Path, CorpusRun.Outcome>> all, Path scene) {
    return all.values().stream()
        .map(outcomes -> Objects.requireNonNull(outcomes.get(scene)).saved())
        .filter(version -> !version.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static String cell(CorpusRun.Outcome outcome) {
    String words = outcome.words().lines().findFirst().orElse("").replace('|', '/');
    return outcome.good() ? words : "**bad**: " + words;
  }

  private static String sums(Map<Path, CorpusRun.Outcome> outcomes) {
    Map<String, Integer> sums = new TreeMap<>();
    outcomes.values().forEach(o -> sums.merge(o.good() ? o.words() : "bad", 1, Integer::sum));
    return outcomes.size()
        + " scenes, "
        + sums.entrySet().stream()
            .map(sum -> sum.getValue() + " " + sum.getKey())
            .collect(Collectors.joining(", "));
  }

  /** The package and the file, with as much of its folder as tells it from others. */
  private static String called(Path folder, Path scene) {
    Path inside = folder.relativize(scene);
    int names = inside.getNameCount();
    return inside.getName(0) + ": " + inside.subpath(Math.max(1, names - 3), names);
  }
}

package blenderer.node.local;

import blenderer.node.session.PathRules;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads {@code --path-mapping-rules}: {@code file://FILE}, or the JSON itself. */
final class RulesArgument {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private RulesArgument() {}

  static PathRules read(String argument, Path workingFolder) throws LocalFailure {
    String trimmed = argument.strip();
    if (trimmed.startsWith("{")) {
      return rules(trimmed.getBytes(StandardCharsets.UTF_8), "the value of --path-mapping-rules");
    }
    Path file = LocalFiles.path(workingFolder, trimmed);
    return rules(LocalFiles.read(file), file.toString());
  }

  private static PathRules rules(byte[] json, String origin) throws LocalFailure {
    JsonNode document;
    try {
      document = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw wrong(origin, "it is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw wrong(origin, "it is no JSON: " + e.getMessage());
    }
    if (document == null || !document.isObject()) {
      throw wrong(origin, "it is no object");
    }
    if (!document.path("version").asText().equals("pathmapping-1.0")) {
      throw wrong(origin, "its \"version\" is not \"pathmapping-1.0\"");
    }
    JsonNode list = document.path("path_mapping_rules");
    if (!list.isArray()) {
      throw wrong(origin, "its \"path_mapping_rules\" is no list");
    }
    List<PathRules.Rule> rules = new ArrayList<>();
    for (JsonNode rule : list) {
      rules.add(rule(rule, rules.size() + 1, origin));
    }
    return new PathRules(rules);
  }

  private static PathRules.Rule rule(JsonNode rule, int number, String origin) throws LocalFailure {
    String format = rule.path("source_path_format").asText();
    try {
      return new PathRules.Rule(
          PathRules.Format.valueOf(format.toUpperCase(Locale.ROOT)),
          rule.path("source_path").asText(),
          rule.path("destination_path").asText());
    } catch (IllegalArgumentException e) {
      throw wrong(
          origin,
          "rule "
              + number
              + " needs \"source_path_format\" (POSIX, WINDOWS or URI), \"source_path\" and"
              + " \"destination_path\"");
    }
  }

  private static LocalFailure wrong(String origin, String why) {
    return new LocalFailure(
        LocalFailure.FAILED,
        "path-rules-unreadable",
        "The path mapping rules in " + origin + " cannot be used: " + why + ".",
        "Write {\"version\": \"pathmapping-1.0\", \"path_mapping_rules\": [...]}.");
  }
}

package blenderer.node.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Says where paths of the computer a job was made on lie on this one: the rule with the longest
 * source that holds the path wins, and only whole components count.
 */
public final class PathRules {

  /** How paths of the source are written. */
  public enum Format {
    /** {@code /} between components; letters of both cases differ. */
    POSIX,
    /** {@code \} or {@code /} between components; letters of both cases are the same. */
    WINDOWS,
    /** {@code scheme://authority/path}; scheme and authority ignore case. */
    URI
  }

  /**
   * One rule.
   *
   * @param source a path as it was on the other computer
   * @param destination where its content is here
   */
  public record Rule(Format format, String source, String destination) {
    public Rule {
      if (source.isEmpty() || destination.isEmpty()) {
        throw new IllegalArgumentException("a path mapping rule has an empty path");
      }
    }
  }

  /** No rules: every path stays as it is. */
  public static final PathRules NONE = new PathRules(List.of());

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Rule> rules;

  /**
   * @param rules in any order
   */
  public PathRules(List<Rule> rules) {
    List<Rule> sorted = new ArrayList<>(rules);
    sorted.sort(Comparator.comparingInt((Rule rule) -> rule.source().length()).reversed());
    this.rules = List.copyOf(sorted);
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Longest source first. */
  public List<Rule> rules() {
    return rules;
  }

  /** Where {@code path} lies here; the path itself when no rule is about it. */
  public String apply(String path) {
    for (Rule rule : rules) {
      Optional<String> mapped = apply(rule, path);
      if (mapped.isPresent()) {
        return mapped.get();
      }
    }
    return path;
  }

  private static Optional<String> apply(Rule rule, String path) {
    Split source = Split.of(rule.format(), rule.source());
    Split given = Split.of(rule.format(), path);
    int deep = source.components().size();
    if (!source.root().equals(given.root())
        || given.components().size() < deep
        || !source.keys(rule.format()).equals(given.keys(rule.format()).subList(0, deep))) {
      return Optional.empty();
    }
    StringBuilder mapped = new StringBuilder(rule.destination());
    for (String component : given.components().subList(deep, given.components().size())) {
      if (mapped.charAt(mapped.length() - 1) != '/') {
        mapped.append('/');
      }
      mapped.append(component);
    }
    if (given.trailing()
        && (given.components().size() > deep || !source.trailing())
        && mapped.charAt(mapped.length() - 1) != '/') {
      mapped.append('/');
    }
    return Optional.of(mapped.toString());
  }

  /**
   * A path in pieces.
   *
   * @param root what an absolute path begins with; empty for a relative one
   * @param trailing whether a separator ends it
   */
  private record Split(String root, List<String> components, boolean trailing) {

    static Split of(Format format, String path) {
      String plain = format == Format.WINDOWS ? path.replace('\\', '/') : path;
      String root = "";
      if (format == Format.URI) {
        int authority = plain.indexOf("://");
        if (authority <= 0) {
          // No such thing as a relative one: what is no URI has a root that no URI has.
          return new Split("none", List.of(plain), false);
        }
        int slash = plain.indexOf('/', authority + 3);
        int end = slash < 0 ? plain.length() : slash;
        root = plain.substring(0, end).toLowerCase(Locale.ROOT);
        plain = plain.substring(end);
      } else if (plain.startsWith("/")) {
        root = format == Format.WINDOWS && plain.startsWith("//") ? "//" : "/";
      }
      List<String> components = new ArrayList<>();
      for (String component : plain.split("/", -1)) {
        if (!component.isEmpty() && !(format != Format.URI && component.equals("."))) {
          components.add(component);
        }
      }
      return new Split(root, components, plain.endsWith("/"));
    }

    /** Equal for components that are the same to the source's system. */
    List<String> keys(Format format) {
      return format == Format.WINDOWS
          ? components.stream().map(component -> component.toLowerCase(Locale.ROOT)).toList()
          : components;
    }
  }

  /** The document that {@code Session.PathMappingRulesFile} names. */
  String json() {
    List<Map<String, String>> list = new ArrayList<>();
    for (Rule rule : rules) {
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("source_path_format", rule.format().name());
      fields.put("source_path", rule.source());
      fields.put("destination_path", rule.destination());
      list.add(fields);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("version", "pathmapping-1.0");
    document.put("path_mapping_rules", list);
    try {
      return JSON.writeValueAsString(document) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("text that is no JSON", e);
    }
  }
}

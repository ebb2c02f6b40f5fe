package blenderer.renderers;

import blenderer.model.Failure;
import blenderer.model.RetryClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The parsed {@code checks.yaml} of a renderer.
 *
 * @param decodeWhole whether every written image must decode from its first to its last byte
 * @param size the size every image must have, {@code WxH}, as a format string that the node
 *     resolves; empty or resolving to empty: any
 * @param codes where the next try may run, by failure code
 * @param logRules lines of the log that mean the frame is bad
 */
public record RendererChecks(
    boolean decodeWhole, String size, Map<String, RetryClass> codes, LogRules logRules) {

  /** No checks: every result counts. */
  public static final RendererChecks NONE =
      new RendererChecks(false, "", Map.of(), new LogRules(List.of()));

  private static final Pattern FAIL_TEXT =
      Pattern.compile("\\s*\\[([a-z0-9][a-z0-9-]*)]\\s*(.*)", Pattern.DOTALL);

  public RendererChecks {
    codes = Map.copyOf(codes);
  }

  /**
   * Parses the text of a {@code checks.yaml}.
   *
   * @throws RendererException naming the renderer and what is wrong
   */
  public static RendererChecks parse(String renderer, String yaml) {
    try {
      Object root =
          new Load(LoadSettings.builder().setLabel(renderer + "/checks.yaml").build())
              .loadFromString(yaml);
      Map<?, ?> map = mapping(root, "the file");
      if (!Integer.valueOf(1).equals(map.get("version"))) {
        throw new IllegalArgumentException("its version is not 1");
      }
      Map<?, ?> outputs = mapping(map.get("outputs"), "outputs");
      Map<String, RetryClass> codes = new HashMap<>();
      mapping(map.get("codes"), "codes")
          .forEach((code, word) -> codes.put(text(code), RetryClass.ofWord(text(word))));
      return new RendererChecks(
          "whole".equals(outputs.get("decode")),
          outputs.containsKey("size") ? text(outputs.get("size")) : "",
          codes,
          new LogRules(rules(map.get("log"), codes)));
    } catch (YamlEngineException | IllegalArgumentException e) {
      throw new RendererException(
          "checks.yaml of renderer '" + renderer + "' is broken: " + e.getMessage(), e);
    }
  }

  private static List<LogRules.Rule> rules(@Nullable Object log, Map<String, RetryClass> codes) {
    List<LogRules.Rule> rules = new ArrayList<>();
    if (!(log instanceof List<?> entries)) {
      throw new IllegalArgumentException("log is no list");
    }
    for (Object entry : entries) {
      Map<?, ?> rule = mapping(entry, "an entry of log");
      String code = text(rule.get("code"));
      RetryClass retry = codes.get(code);
      if (retry == null) {
        throw new IllegalArgumentException("the code '" + code + "' of log is not among codes");
      }
      try {
        Pattern pattern = Pattern.compile(text(rule.get("match")));
        rules.add(new LogRules.Rule(pattern, new Failure(code, text(rule.get("sentence")), retry)));
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException("the pattern of '" + code + "': " + e.getMessage(), e);
      }
    }
    return rules;
  }

  private static Map<?, ?> mapping(@Nullable Object value, String what) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException(what + " is no mapping");
  }

  private static String text(@Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("expected text, found " + value);
  }

  /** Where the next try after a failure of this code may run; an unknown code: here. */
  public RetryClass retryOf(String code) {
    return codes.getOrDefault(code, RetryClass.HERE);
  }

  /**
   * The failure that an {@code openjd_fail:} text means.
   *
   * @param text what follows {@code openjd_fail:}, such as {@code [no-camera] Scene 'A' has no
   *     camera}; without a code in brackets the code is {@code action-failed}
   */
  public Failure failureOf(String text) {
    Matcher matcher = FAIL_TEXT.matcher(text);
    if (!matcher.matches()) {
      return new Failure("action-failed", text.strip(), RetryClass.HERE);
    }
    String code = matcher.group(1);
    return new Failure(code, matcher.group(2).strip(), retryOf(code));
  }

  /** The failure of an image that {@link ImageCheck} found bad. */
  public Failure failureOf(ImageCheck.Bad bad) {
    return new Failure(bad.code(), bad.sentence(), retryOf(bad.code()));
  }
}

package blenderer.openjd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads templates, in JSON or YAML 1.2. */
public final class Templates {

  /** The longest template that is read, in bytes. */
  public static final int MOST_BYTES = 4 << 20;

  private static final String JOB = "jobtemplate-2023-09";
  private static final String ENVIRONMENT = "environment-2023-09";

  private Templates() {}

  /** What became of a template of either kind. */
  public sealed interface Result permits JobResult, EnvironmentResult {}

  /** What became of a job template. */
  public sealed interface JobResult extends Result permits Parsed, Refused {}

  /** What became of an environment template. */
  public sealed interface EnvironmentResult extends Result permits ParsedEnvironment, Refused {}

  /** A job template without a fault. */
  public record Parsed(JobTemplate template) implements JobResult {}

  /** An environment template without a fault. */
  public record ParsedEnvironment(EnvironmentTemplate template) implements EnvironmentResult {}

  /**
   * A template that cannot be used.
   *
   * @param errors everything that is wrong, at least one
   */
  public record Refused(List<TemplateError> errors) implements JobResult, EnvironmentResult {
    public Refused {
      errors = List.copyOf(errors);
    }
  }

  /**
   * Reads a template of the kind that its {@code specificationVersion} names.
   *
   * @param utf8 the document
   * @param origin where it came from, for messages
   * @param extensions what the template may ask for, of {@link Extensions#SUPPORTED}
   */
  public static Result parse(byte[] utf8, String origin, Collection<String> extensions) {
    return read(utf8, origin, extensions, List.of(JOB, ENVIRONMENT));
  }

  /**
   * Reads a job template. Format strings are checked against the names in their scope; values that
   * hold references (ranges, requirements) are checked again when a job is made.
   *
   * @param utf8 the document
   * @param origin where it came from, for messages
   */
  public static JobResult parseJob(byte[] utf8, String origin) {
    return switch (read(utf8, origin, Extensions.SUPPORTED, List.of(JOB))) {
      case JobResult result -> result;
      case ParsedEnvironment _ -> throw new IllegalStateException("only a job was asked for");
    };
  }

  /**
   * Reads an environment template.
   *
   * @param utf8 the document
   * @param origin where it came from, for messages
   */
  public static EnvironmentResult parseEnvironment(byte[] utf8, String origin) {
    return switch (read(utf8, origin, Extensions.SUPPORTED, List.of(ENVIRONMENT))) {
      case EnvironmentResult result -> result;
      case Parsed _ -> throw new IllegalStateException("only an environment was asked for");
    };
  }

  private static Result read(
      byte[] utf8, String origin, Collection<String> supported, List<String> versions) {
    Problems problems = new Problems();
    Tree tree;
    try {
      tree = tree(utf8);
    } catch (Tree.Unreadable e) {
      problems.add(e);
      return new Refused(problems.toList());
    }
    problems.in(tree);
    if (!(tree instanceof Tree.Fields(var map, _))) {
      problems.add("", "a template is an object with keys such as 'specificationVersion'");
      return new Refused(problems.toList());
    }
    Fields fields = new Fields(map, "", problems);
    // Rules of another revision do not fit: errors found by ours would mislead.
    Optional<String> version = version(fields, versions);
    if (version.isEmpty()) {
      return new Refused(problems.toList());
    }
    fields.take("$schema");
    JobReader reader = new JobReader(extensions(fields, supported), origin, problems);
    Result result =
        version.get().equals(JOB)
            ? new Parsed(reader.read(fields))
            : new ParsedEnvironment(reader.readEnvironmentTemplate(fields));
    fields.finish();
    return problems.isEmpty() ? result : new Refused(problems.toList());
  }

  private static Optional<String> version(Fields fields, List<String> versions) {
    return fields
        .need("specificationVersion")
        .flatMap(
            spot ->
                spot.text()
                    .filter(
                        written -> {
                          if (versions.contains(written)) {
                            return true;
                          }
                          spot.wrong(
                              "'"
                                  + written
                                  + "' is not '"
                                  + String.join("' or '", versions)
                                  + (versions.size() == 1
                                      ? "', the only version that is read here"
                                      : "', the only versions that are read here"));
                          return false;
                        }));
  }

  private static Tree tree(byte[] utf8) throws Tree.Unreadable {
    if (utf8.length > MOST_BYTES) {
      throw new Tree.Unreadable(0, "the template is longer than " + MOST_BYTES + " bytes");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new Tree.Unreadable(0, "the template is not UTF-8 text; save it as UTF-8");
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    if (text.stripLeading().startsWith("{")) {
      try {
        return JsonText.read(text);
      } catch (Tree.Unreadable json) {
        try {
          return YamlText.read(text);
        } catch (Tree.Unreadable yaml) {
          throw json;
        }
      }
    }
    return YamlText.read(text);
  }

  private static Set<String> extensions(Fields fields, Collection<String> supported) {
    Set<String> extensions = new LinkedHashSet<>();
    for (Spot spot : fields.list("extensions", 100)) {
      Optional<String> name = spot.text();
      if (name.isEmpty()) {
        continue;
      }
      if (!extensions.add(name.get())) {
        spot.wrong("the extension '" + name.get() + "' stands twice; remove one");
      } else if (!supported.contains(name.get())) {
        spot.wrong(
            "the extension '"
                + name.get()
                + (Extensions.SUPPORTED.contains(name.get())
                    ? "' is not accepted here; accepted are "
                    : "' is not known; supported are ")
                + (supported.isEmpty() ? "none" : String.join(", ", supported))
                + Near.hint(name.get(), supported));
      }
    }
    return extensions;
  }
}

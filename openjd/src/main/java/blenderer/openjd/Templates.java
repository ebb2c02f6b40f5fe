package blenderer.openjd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

  /** What became of a job template. */
  public sealed interface JobResult permits Parsed, Refused {}

  /** What became of an environment template. */
  public sealed interface EnvironmentResult permits ParsedEnvironment, Refused {}

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
   * Reads a job template. Format strings are checked against the names in their scope; values that
   * hold references (ranges, requirements) are checked again when a job is made.
   *
   * @param utf8 the document
   * @param origin where it came from, for messages
   */
  public static JobResult parseJob(byte[] utf8, String origin) {
    Problems problems = new Problems();
    Optional<Fields> document = document(utf8, JOB, problems);
    if (document.isEmpty()) {
      return new Refused(problems.toList());
    }
    Fields fields = document.get();
    Set<String> extensions = extensions(fields);
    fields.take("$schema");
    JobTemplate template = new JobReader(extensions, origin, problems).read(fields);
    fields.finish();
    return problems.isEmpty() ? new Parsed(template) : new Refused(problems.toList());
  }

  /**
   * Reads an environment template.
   *
   * @param utf8 the document
   * @param origin where it came from, for messages
   */
  public static EnvironmentResult parseEnvironment(byte[] utf8, String origin) {
    Problems problems = new Problems();
    Optional<Fields> document = document(utf8, ENVIRONMENT, problems);
    if (document.isEmpty()) {
      return new Refused(problems.toList());
    }
    Fields fields = document.get();
    Set<String> extensions = extensions(fields);
    fields.take("$schema");
    EnvironmentTemplate template =
        new JobReader(extensions, origin, problems).readEnvironmentTemplate(fields);
    fields.finish();
    return problems.isEmpty() ? new ParsedEnvironment(template) : new Refused(problems.toList());
  }

  /** The document's fields, unless it cannot be read or is of another kind or revision. */
  private static Optional<Fields> document(byte[] utf8, String version, Problems problems) {
    Tree tree;
    try {
      tree = read(utf8);
    } catch (Tree.Unreadable e) {
      problems.add("", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
    if (!(tree instanceof Tree.Fields(var map))) {
      problems.add("", "a template is an object with keys such as 'specificationVersion'");
      return Optional.empty();
    }
    Fields fields = new Fields(map, "", problems);
    Optional<String> written = fields.need("specificationVersion").flatMap(Spot::text);
    if (written.isPresent() && !written.get().equals(version)) {
      problems.add(
          "/specificationVersion",
          "'" + written.get() + "' is not '" + version + "', the only version that is read here");
    }
    // Rules of another revision do not fit: errors found by ours would mislead.
    return written.filter(version::equals).map(_ -> fields);
  }

  private static Tree read(byte[] utf8) throws Tree.Unreadable {
    if (utf8.length > MOST_BYTES) {
      throw new Tree.Unreadable("the template is longer than " + MOST_BYTES + " bytes");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new Tree.Unreadable("the template is not UTF-8 text; save it as UTF-8");
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

  private static Set<String> extensions(Fields fields) {
    Set<String> extensions = new LinkedHashSet<>();
    for (Spot spot : fields.list("extensions", 100)) {
      Optional<String> name = spot.text();
      if (name.isEmpty()) {
        continue;
      }
      if (!extensions.add(name.get())) {
        spot.wrong("the extension '" + name.get() + "' stands twice; remove one");
      } else if (!Extensions.SUPPORTED.contains(name.get())) {
        spot.wrong(
            "the extension '"
                + name.get()
                + "' is not known; supported are "
                + String.join(", ", Extensions.SUPPORTED)
                + Near.hint(name.get(), Extensions.SUPPORTED));
      }
    }
    return extensions;
  }
}

package blenderer.cli.openjd;

import blenderer.api.Json;
import blenderer.cli.ExitCode;
import blenderer.openjd.Extensions;
import blenderer.openjd.TemplateError;
import blenderer.openjd.Templates;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code blenderer openjd check}: says of each template whether it is valid, and if not, everything
 * that is wrong with it.
 */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Check job and environment templates, without a server.",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%n",
    footerHeading = "%n",
    footer = "Exit codes: 0 all are valid, 1 one is not or cannot be read, 2 wrong use.")
public final class CheckCommand implements Callable<Integer> {

  /** What {@code --json} prints of each file. */
  private record Verdict(String file, boolean valid, List<TemplateError> errors) {}

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Templates, as YAML or JSON.")
  private List<Path> files = List.of();

  @Option(
      names = "--extensions",
      paramLabel = "A,B",
      description =
          "The extensions a template may ask for, separated by commas; may be repeated. Without"
              + " this option: all that Blenderer knows.")
  private @Nullable List<String> extensions;

  @Option(names = "--json", description = "Print one JSON value.")
  private boolean json;

  @Override
  public Integer call() {
    List<String> accepted = accepted();
    List<Verdict> verdicts = new ArrayList<>();
    PrintWriter out = spec.commandLine().getOut();
    for (Path file : files) {
      Verdict verdict = check(file, accepted);
      verdicts.add(verdict);
      if (!json) {
        print(verdict, out);
      }
    }
    if (json) {
      try {
        out.println(Json.mapper().writeValueAsString(verdicts));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("records of texts can be written as JSON", e);
      }
    }
    out.flush();
    return verdicts.stream().allMatch(Verdict::valid) ? ExitCode.DONE : ExitCode.FAILED;
  }

  private List<String> accepted() {
    if (extensions == null) {
      return Extensions.SUPPORTED;
    }
    Set<String> named = new LinkedHashSet<>();
    for (String name : String.join(",", extensions).split(",", -1)) {
      if (name.isBlank()) {
        continue;
      }
      if (Extensions.SUPPORTED.contains(name.strip())) {
        named.add(name.strip());
      } else {
        // No template may use it either way: whoever asks what another program accepts gets
        // verdicts.
        PrintWriter err = spec.commandLine().getErr();
        err.println(
            "Warning: the extension '"
                + name.strip()
                + "' is not known, so templates that ask for it are invalid. Known are "
                + String.join(", ", Extensions.SUPPORTED)
                + ".");
        err.flush();
      }
    }
    return List.copyOf(named);
  }

  private static Verdict check(Path file, List<String> accepted) {
    byte[] utf8;
    // One byte more than a template may have is enough to see that it has too many.
    try (InputStream in = Files.newInputStream(file)) {
      utf8 = in.readNBytes(Templates.MOST_BYTES + 1);
    } catch (IOException e) {
      return new Verdict(
          file.toString(), false, List.of(new TemplateError("", 0, unreadable(file, e))));
    }
    return switch (Templates.parse(utf8, file.toString(), accepted)) {
      case Templates.Parsed _, Templates.ParsedEnvironment _ ->
          new Verdict(file.toString(), true, List.of());
      case Templates.Refused(List<TemplateError> errors) ->
          new Verdict(file.toString(), false, errors);
    };
  }

  private static String unreadable(Path file, IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file; check the name";
      case AccessDeniedException _ -> "the file may not be read; change its permissions";
      default ->
          Files.isDirectory(file)
              ? "this is a folder; name the template in it"
              : "the file cannot be read: " + e.getMessage();
    };
  }

  /** The first error stands on the first line, each further one on a line of its own. */
  private static void print(Verdict verdict, PrintWriter out) {
    String file = verdict.file().replaceAll("\\p{Cc}", "?");
    if (verdict.valid()) {
      out.println(file + ": valid");
      return;
    }
    out.println(file + ": invalid: " + verdict.errors().getFirst());
    verdict.errors().stream().skip(1).forEach(error -> out.println("  " + error));
  }
}

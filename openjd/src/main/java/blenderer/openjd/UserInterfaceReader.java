package blenderer.openjd;

import blenderer.openjd.UserInterface.FileFilter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads how a form shows a job parameter (§2, userInterface). */
final class UserInterfaceReader {

  private static final int LONGEST_LABEL = 64;
  private static final int MOST_FILTERS = 20;
  private static final Pattern FILE_PATTERN =
      Pattern.compile("\\*|\\*\\.\\*|\\*\\.[^\\p{Cc}\\\\/*?\\[\\]#%&{}<>$!'\":@`|=]+");
  private static final Set<Set<String>> CHECK_BOX_WORDS =
      Set.of(Set.of("true", "false"), Set.of("yes", "no"), Set.of("on", "off"), Set.of("1", "0"));

  private final ParameterType type;
  private final @Nullable PathUse path;
  private final boolean objectTypeWritten;
  private final Constraints constraints;

  /**
   * @param objectTypeWritten whether the objectType is the writer's own word and not the default,
   *     which a file control overrides
   */
  UserInterfaceReader(
      ParameterType type,
      @Nullable PathUse path,
      boolean objectTypeWritten,
      Constraints constraints) {
    this.type = type;
    this.path = path;
    this.objectTypeWritten = objectTypeWritten;
    this.constraints = constraints;
  }

  UserInterface read(Optional<Spot> written) {
    if (written.isEmpty()) {
      return new UserInterface(defaultControl(), "", "", null, null, List.of(), null);
    }
    Fields fields = written.get().fields();
    Optional<Spot> controlSpot = fields.take("control");
    String control = controlSpot.flatMap(s -> s.oneOf(controls())).orElseGet(this::defaultControl);
    controlSpot.ifPresent(s -> checkAllowed(control, s));
    String label = label(fields, "label");
    String group = label(fields, "groupLabel");
    Integer decimals = null;
    BigDecimal delta = null;
    if (control.startsWith("SPIN_BOX")) {
      if (type == ParameterType.FLOAT || type == ParameterType.LIST_FLOAT) {
        decimals =
            fields
                .take("decimals")
                .flatMap(s -> s.whole(0, Integer.MAX_VALUE))
                .map(Long::intValue)
                .orElse(null);
      }
      delta = fields.take("singleStepDelta").flatMap(this::delta).orElse(null);
    }
    List<FileFilter> filters = new ArrayList<>();
    FileFilter filterDefault = null;
    if (isFileChooser(control)) {
      for (Spot spot : fields.list("fileFilters", MOST_FILTERS)) {
        filters.add(filter(spot));
      }
      filterDefault = fields.take("fileFilterDefault").map(this::filter).orElse(null);
    }
    fields.finish();
    return new UserInterface(control, label, group, decimals, delta, filters, filterDefault);
  }

  private List<String> controls() {
    return switch (type) {
      case STRING -> List.of("LINE_EDIT", "MULTILINE_EDIT", "DROPDOWN_LIST", "CHECK_BOX", "HIDDEN");
      case PATH ->
          List.of(
              "CHOOSE_INPUT_FILE",
              "CHOOSE_OUTPUT_FILE",
              "CHOOSE_DIRECTORY",
              "DROPDOWN_LIST",
              "HIDDEN");
      case INT, FLOAT -> List.of("SPIN_BOX", "DROPDOWN_LIST", "HIDDEN");
      case BOOL -> List.of("CHECK_BOX", "HIDDEN");
      case RANGE_EXPR -> List.of("LINE_EDIT", "HIDDEN");
      case LIST_STRING -> List.of("LINE_EDIT_LIST", "HIDDEN");
      case LIST_PATH ->
          List.of(
              "CHOOSE_INPUT_FILE_LIST",
              "CHOOSE_OUTPUT_FILE_LIST",
              "CHOOSE_DIRECTORY_LIST",
              "HIDDEN");
      case LIST_INT, LIST_FLOAT -> List.of("SPIN_BOX_LIST", "HIDDEN");
      case LIST_BOOL -> List.of("CHECK_BOX_LIST", "HIDDEN");
      case LIST_LIST_INT -> List.of("HIDDEN");
    };
  }

  private String defaultControl() {
    if (!constraints.allowed().isEmpty()) {
      return "DROPDOWN_LIST";
    }
    return switch (type) {
      case STRING, RANGE_EXPR -> "LINE_EDIT";
      case INT, FLOAT -> "SPIN_BOX";
      case BOOL -> "CHECK_BOX";
      case PATH -> defaultChooser();
      case LIST_PATH -> defaultChooser() + "_LIST";
      case LIST_STRING -> "LINE_EDIT_LIST";
      case LIST_INT, LIST_FLOAT -> "SPIN_BOX_LIST";
      case LIST_BOOL -> "CHECK_BOX_LIST";
      case LIST_LIST_INT -> "HIDDEN";
    };
  }

  private String defaultChooser() {
    if (path == null || path.objectType() == PathUse.ObjectType.DIRECTORY) {
      return "CHOOSE_DIRECTORY";
    }
    return path.dataFlow() == PathUse.DataFlow.OUT ? "CHOOSE_OUTPUT_FILE" : "CHOOSE_INPUT_FILE";
  }

  private static boolean isFileChooser(String control) {
    return control.endsWith("PUT_FILE") || control.endsWith("PUT_FILE_LIST");
  }

  private void checkAllowed(String control, Spot spot) {
    if (path != null && objectTypeWritten) {
      boolean file = isFileChooser(control);
      boolean folder = control.startsWith("CHOOSE_DIRECTORY");
      if (path.objectType() == PathUse.ObjectType.FILE ? folder : file) {
        spot.wrong(
            "the control "
                + control
                + " does not go with the objectType "
                + path.objectType()
                + (file ? "; set 'objectType' to FILE" : "; use CHOOSE_INPUT_FILE"));
      }
    }
    boolean listed = !constraints.allowed().isEmpty();
    switch (control) {
      case "DROPDOWN_LIST" -> {
        if (!listed) {
          spot.wrong("the control DROPDOWN_LIST needs 'allowedValues'");
        }
      }
      case "CHECK_BOX" -> {
        if (type == ParameterType.BOOL) {
          return;
        }
        Set<String> words =
            constraints.allowed().stream()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (constraints.allowed().size() != 2 || !CHECK_BOX_WORDS.contains(words)) {
          spot.wrong(
              "the control CHECK_BOX needs two 'allowedValues': true and false, yes and no, on and"
                  + " off, or 1 and 0");
        }
      }
      case "HIDDEN" -> {}
      default -> {
        if (listed) {
          spot.wrong(
              "the control " + control + " does not go with 'allowedValues'; use DROPDOWN_LIST");
        }
      }
    }
  }

  private static String label(Fields fields, String key) {
    return fields.take(key).flatMap(spot -> spot.text(1, LONGEST_LABEL, Letters.LINE)).orElse("");
  }

  private Optional<BigDecimal> delta(Spot spot) {
    Optional<BigDecimal> delta =
        type == ParameterType.INT || type == ParameterType.LIST_INT
            ? spot.whole().map(BigDecimal::valueOf)
            : spot.decimal().map(BigDecimal::new);
    return delta.filter(
        value -> {
          if (value.signum() <= 0) {
            spot.wrong("the step of a spin box must be more than 0");
          }
          return value.signum() > 0;
        });
  }

  private FileFilter filter(Spot spot) {
    Fields fields = spot.fields();
    String label =
        fields.need("label").flatMap(s -> s.text(1, LONGEST_LABEL, Letters.LINE)).orElse("");
    List<String> patterns = new ArrayList<>();
    for (Spot pattern :
        fields.need("patterns").map(s -> s.items(1, MOST_FILTERS)).orElse(List.of())) {
      pattern
          .text(1, 20, Letters.ANY)
          .filter(
              text -> {
                boolean good = FILE_PATTERN.matcher(text).matches();
                if (!good) {
                  pattern.wrong("'" + text + "' is not a pattern such as *, *.* or *.blend");
                }
                return good;
              })
          .ifPresent(patterns::add);
    }
    fields.finish();
    return new FileFilter(label, patterns);
  }
}

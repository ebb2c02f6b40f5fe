package blenderer.openjd;

import blenderer.openjd.expr.ExprType;
import blenderer.openjd.expr.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what steps' and environments' scripts share: actions (§5), simple actions (§8) and embedded
 * files (§6).
 */
final class ScriptReader {

  static final Action NO_ACTION =
      new Action(
          FormatString.literal("?"),
          List.of(),
          null,
          new Action.Cancelation.Terminate(),
          Action.Later.NOTHING);

  private static final ExprType OPTIONAL_INT = ExprType.union(List.of(ExprType.INT, ExprType.NULL));
  private static final Duration EXIT_TIMEOUT = Duration.ofMinutes(5);

  /** Which action it is decides its defaults. */
  enum Kind {
    ON_RUN(Duration.ofMinutes(2)),
    ON_ENTER(Duration.ofSeconds(30)),
    ON_EXIT(Duration.ofSeconds(30));

    private final Duration notifyPeriod;

    Kind(Duration notifyPeriod) {
      this.notifyPeriod = notifyPeriod;
    }
  }

  private final Dialect dialect;
  private final Scope host;
  private final Scope creation;

  /**
   * @param host what commands, arguments and files see
   * @param creation what durations see
   */
  ScriptReader(Dialect dialect, Scope host, Scope creation) {
    this.dialect = dialect;
    this.host = host;
    this.creation = creation;
  }

  /** The symbols of the script's files, whether or not the rest of a file is sound. */
  static Map<String, Value> fileNames(Fields script, String prefix) {
    Map<String, Value> names = new HashMap<>();
    script
        .take("embeddedFiles")
        .map(spot -> new Spot(spot.tree(), spot.path(), new Problems()).items(0, JobReader.MANY))
        .orElse(List.of())
        .forEach(
            spot ->
                spot.fields()
                    .take("name")
                    .flatMap(Spot::text)
                    .ifPresent(name -> names.put(prefix + name, Value.unresolved(ExprType.PATH))));
    return names;
  }

  Action action(Spot spot, Kind kind) {
    Fields fields = spot.fields();
    FormatString command =
        fields
            .need("command")
            .flatMap(s -> s.format(1, Integer.MAX_VALUE, Letters.LINE, host))
            .orElse(FormatString.literal("?"));
    Action action = action(fields, kind, command, args(fields));
    fields.finish();
    return action;
  }

  /** A simple action: the text of a script for an interpreter. */
  StepScript simpleAction(Spot spot, Interpreter interpreter) {
    Fields fields = spot.fields();
    LetReader lets = LetReader.read(fields, host);
    ScriptReader inside = new ScriptReader(dialect, host.with(lets.values()), creation);
    FormatString script =
        fields.need("script").flatMap(inside::data).orElse(FormatString.literal("?"));
    List<FormatString> args = interpreter.args(inside.args(fields));
    Action onRun = inside.action(fields, Kind.ON_RUN, interpreter.command(), args);
    fields.finish();
    return new StepScript(onRun, List.of(interpreter.file(script)), Let.Names.of(lets.lets()));
  }

  private List<FormatString> args(Fields fields) {
    List<FormatString> args = new ArrayList<>();
    // §5.2 allows no control characters, but both reference implementations and the run cases of
    // the specification have shell and Python text of several lines in arguments.
    Letters letters = dialect.has(Extensions.EXPR) ? Letters.PROSE : Letters.LINES;
    // An empty list of arguments is allowed.
    for (Spot arg : fields.take("args").map(s -> s.items(0, JobReader.MANY)).orElse(List.of())) {
      arg.format(0, Integer.MAX_VALUE, letters, host, ExprType.LIST_ITEM).ifPresent(args::add);
    }
    return args;
  }

  private Action action(Fields fields, Kind kind, FormatString command, List<FormatString> args) {
    Duration timeout = kind == Kind.ON_EXIT ? EXIT_TIMEOUT : null;
    FormatString laterTimeout = null;
    Optional<Spot> timeoutSpot = fields.take("timeout");
    if (timeoutSpot.isPresent()) {
      laterTimeout = later(timeoutSpot.get());
      if (laterTimeout == null) {
        timeout = seconds(timeoutSpot.get(), Integer.MAX_VALUE).orElse(timeout);
      }
    }
    Action.Cancelation cancelation = new Action.Cancelation.Terminate();
    FormatString laterPeriod = null;
    Optional<Spot> cancelationSpot = fields.take("cancelation");
    if (cancelationSpot.isPresent()) {
      Fields inner = cancelationSpot.get().fields();
      String mode =
          inner
              .need("mode")
              .flatMap(s -> s.oneOf(List.of("TERMINATE", "NOTIFY_THEN_TERMINATE")))
              .orElse("");
      if (!mode.equals("TERMINATE")) {
        Duration period = kind.notifyPeriod;
        Optional<Spot> periodSpot = inner.take("notifyPeriodInSeconds");
        if (periodSpot.isPresent()) {
          laterPeriod = later(periodSpot.get());
          if (laterPeriod == null) {
            period = seconds(periodSpot.get(), Action.LONGEST_NOTIFY_SECONDS).orElse(period);
          }
        }
        cancelation = new Action.Cancelation.NotifyThenTerminate(period);
      }
      inner.finish();
    }
    return new Action(
        command, args, timeout, cancelation, new Action.Later(laterTimeout, laterPeriod));
  }

  private static Optional<Duration> seconds(Spot spot, int most) {
    return spot.whole(1, most).map(Duration::ofSeconds);
  }

  /** A duration with references, or null when it is a plain number. */
  private @Nullable FormatString later(Spot spot) {
    return dialect.has(Extensions.FEATURE_BUNDLE_1) && spot.hasReferences()
        ? spot.format(1, JobReader.MANY, Letters.ANY, creation, OPTIONAL_INT)
            .orElse(FormatString.literal("1"))
        : null;
  }

  private Optional<FormatString> data(Spot spot) {
    return spot.format(1, Integer.MAX_VALUE, Letters.ANY, host);
  }

  List<EmbeddedFile> embeddedFiles(Fields script) {
    List<EmbeddedFile> files = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Spot spot : script.list("embeddedFiles", JobReader.MANY)) {
      EmbeddedFile file = embeddedFile(spot);
      if (!file.name().isEmpty() && !names.add(file.name())) {
        spot.wrong("the file name '" + file.name() + "' stands twice; rename one");
      }
      files.add(file);
    }
    return files;
  }

  private EmbeddedFile embeddedFile(Spot spot) {
    Fields fields = spot.fields();
    String name =
        fields
            .need("name")
            .flatMap(s -> s.text(1, dialect.limits().identifier(), Letters.IDENTIFIER))
            .orElse("");
    // There is one type; reading it is checking it.
    var _ = fields.need("type").flatMap(s -> s.oneOf(List.of("TEXT")));
    String filename = fields.take("filename").flatMap(this::filename).orElse("");
    boolean runnable = fields.take("runnable").flatMap(Spot::bool).orElse(false);
    FormatString data = fields.need("data").flatMap(this::data).orElse(FormatString.literal("?"));
    EmbeddedFile.LineEnds lineEnds = EmbeddedFile.LineEnds.AUTO;
    if (dialect.has(Extensions.FEATURE_BUNDLE_1)) {
      lineEnds =
          fields
              .take("endOfLine")
              .flatMap(s -> s.oneOf(List.of("AUTO", "LF", "CRLF")))
              .map(EmbeddedFile.LineEnds::valueOf)
              .orElse(lineEnds);
    } else {
      fields.onlyWith(Extensions.FEATURE_BUNDLE_1, "endOfLine");
    }
    fields.finish();
    return new EmbeddedFile(name, filename, runnable, data, lineEnds);
  }

  private Optional<String> filename(Spot spot) {
    return spot.text(1, dialect.limits().filename(), Letters.LINE)
        .filter(
            name -> {
              boolean plain =
                  !name.contains("/")
                      && !name.contains("\\")
                      && !name.equals(".")
                      && !name.equals("..");
              if (!plain) {
                spot.wrong("'" + name + "' is not a plain file name; leave the folders out");
              }
              return plain;
            });
  }
}

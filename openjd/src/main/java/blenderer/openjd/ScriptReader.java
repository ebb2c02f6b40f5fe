package blenderer.openjd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what steps' and environments' scripts share: actions (§5) and embedded files (§6). */
final class ScriptReader {

  static final Action NO_ACTION =
      new Action(FormatString.literal("?"), List.of(), null, new Action.Cancelation.Terminate());

  private static final Duration EXIT_TIMEOUT = Duration.ofMinutes(5);
  private static final int NOTIFY_MOST_SECONDS = 600;

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

  private final Limits limits;
  private final Scope scope;

  ScriptReader(Limits limits, Scope scope) {
    this.limits = limits;
    this.scope = scope;
  }

  /** The symbols of the script's files, whether or not the rest of a file is sound. */
  static Set<String> fileNames(Fields script, String prefix) {
    Set<String> names = new HashSet<>();
    script
        .take("embeddedFiles")
        .map(spot -> new Spot(spot.tree(), spot.path(), new Problems()).items(0, JobReader.MANY))
        .orElse(List.of())
        .forEach(
            spot ->
                spot.fields()
                    .take("name")
                    .flatMap(Spot::text)
                    .ifPresent(name -> names.add(prefix + name)));
    return names;
  }

  Action action(Spot spot, Kind kind) {
    Fields fields = spot.fields();
    FormatString command =
        fields
            .need("command")
            .flatMap(s -> s.format(1, Integer.MAX_VALUE, Letters.LINE, scope))
            .orElse(FormatString.literal("?"));
    List<FormatString> args = new ArrayList<>();
    // An empty list of arguments is allowed.
    for (Spot arg : fields.take("args").map(s -> s.items(0, JobReader.MANY)).orElse(List.of())) {
      arg.format(0, Integer.MAX_VALUE, Letters.LINE, scope).ifPresent(args::add);
    }
    Optional<Duration> timeout =
        fields.take("timeout").flatMap(s -> s.whole(1, Integer.MAX_VALUE)).map(Duration::ofSeconds);
    Action.Cancelation cancelation =
        fields
            .take("cancelation")
            .map(s -> cancelation(s, kind))
            .orElse(new Action.Cancelation.Terminate());
    fields.finish();
    return new Action(
        command, args, timeout.orElse(kind == Kind.ON_EXIT ? EXIT_TIMEOUT : null), cancelation);
  }

  private static Action.Cancelation cancelation(Spot spot, Kind kind) {
    Fields fields = spot.fields();
    String mode =
        fields
            .need("mode")
            .flatMap(s -> s.oneOf(List.of("TERMINATE", "NOTIFY_THEN_TERMINATE")))
            .orElse("");
    Action.Cancelation cancelation = new Action.Cancelation.Terminate();
    if (!mode.equals("TERMINATE")) {
      cancelation =
          new Action.Cancelation.NotifyThenTerminate(
              fields
                  .take("notifyPeriodInSeconds")
                  .flatMap(s -> s.whole(1, NOTIFY_MOST_SECONDS))
                  .map(Duration::ofSeconds)
                  .orElse(kind.notifyPeriod));
    }
    fields.finish();
    return cancelation;
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
            .flatMap(s -> s.text(1, limits.identifier(), Letters.IDENTIFIER))
            .orElse("");
    // There is one type; reading it is checking it.
    var _ = fields.need("type").flatMap(s -> s.oneOf(List.of("TEXT")));
    String filename = fields.take("filename").flatMap(this::filename).orElse("");
    boolean runnable = fields.take("runnable").flatMap(Spot::bool).orElse(false);
    FormatString data =
        fields
            .need("data")
            .flatMap(s -> s.format(1, Integer.MAX_VALUE, Letters.ANY, scope))
            .orElse(FormatString.literal("?"));
    fields.onlyWith(Extensions.FEATURE_BUNDLE_1, "endOfLine");
    fields.finish();
    return new EmbeddedFile(name, filename, runnable, data);
  }

  private Optional<String> filename(Spot spot) {
    return spot.text(1, limits.filename(), Letters.LINE)
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

package blenderer.openjd;

import blenderer.openjd.ParameterSpaceTemplate.Chunks;
import blenderer.openjd.ParameterSpaceTemplate.Definition;
import blenderer.openjd.ParameterSpaceTemplate.Range;
import blenderer.openjd.expr.ExprType;
import blenderer.openjd.range.RangeExpression;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the parameter space of a step (§3.4). */
final class SpaceReader {

  private static final int MOST_DEFINITIONS = 16;
  static final int MOST_LISTED = 1024;
  private static final int LONGEST_COMBINATION = 1280;
  static final int LONGEST_VALUE = 1024;

  /** A whole number that may be left out. */
  private static final ExprType OPTIONAL = ExprType.union(List.of(ExprType.INT, ExprType.NULL));

  private final Dialect dialect;
  private final Scope scope;

  SpaceReader(Dialect dialect, Scope scope) {
    this.dialect = dialect;
    this.scope = scope;
  }

  ParameterSpaceTemplate read(Spot spot) {
    Fields fields = spot.fields();
    List<Definition> definitions = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<Spot> spots =
        fields
            .need("taskParameterDefinitions")
            .map(s -> s.items(1, MOST_DEFINITIONS))
            .orElse(List.of());
    boolean whole = !spots.isEmpty();
    boolean chunked = false;
    for (Spot definitionSpot : spots) {
      Optional<Definition> read = definition(definitionSpot);
      whole &= read.isPresent();
      if (read.isEmpty()) {
        continue;
      }
      Definition definition = read.get();
      if (!names.add(definition.name())) {
        definitionSpot.wrong(
            "the task parameter name '" + definition.name() + "' stands twice; rename one");
        whole = false;
      }
      if (definition.type() == TaskParameterType.CHUNK_INT) {
        if (chunked) {
          definitionSpot.wrong("a step may have one CHUNK[INT] parameter; make this one INT");
        }
        chunked = true;
      }
      definitions.add(definition);
    }
    Optional<Spot> combinationSpot = fields.take("combination");
    Combination combination =
        combinationSpot
            .flatMap(s -> s.text(1, LONGEST_COMBINATION, Letters.ANY))
            .map(text -> combination(text, combinationSpot.get()))
            .orElse(null);
    if (combination != null && whole) {
      checkCombination(combination, definitions, combinationSpot.get());
    }
    fields.finish();
    return new ParameterSpaceTemplate(definitions, combination);
  }

  private static @Nullable Combination combination(String text, Spot spot) {
    try {
      return CombinationReader.read(text);
    } catch (IllegalArgumentException e) {
      spot.wrong(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void checkCombination(Combination combination, List<Definition> definitions, Spot spot) {
    Map<String, Definition> byName =
        definitions.stream().collect(Collectors.toMap(Definition::name, Function.identity()));
    Set<String> used = new HashSet<>();
    for (String name : combination.parameters()) {
      if (!byName.containsKey(name)) {
        spot.wrong(
            "the combination names '"
                + name
                + "', which is no task parameter of this step"
                + Near.hint(name, byName.keySet()));
      } else if (!used.add(name)) {
        spot.wrong("the combination names '" + name + "' twice; remove one");
      }
    }
    for (Definition definition : definitions) {
      if (!used.contains(definition.name())) {
        spot.wrong("the combination leaves out '" + definition.name() + "'; add it");
      }
    }
    for (String name : associated(combination)) {
      Definition definition = byName.get(name);
      if (definition != null && definition.type() == TaskParameterType.CHUNK_INT) {
        spot.wrong(
            "the CHUNK[INT] parameter '" + name + "' stands inside an association; move it out");
      }
    }
  }

  private static List<String> associated(Combination combination) {
    return switch (combination) {
      case Combination.One _ -> List.of();
      case Combination.Product(var terms) ->
          terms.stream().flatMap(term -> associated(term).stream()).toList();
      case Combination.Association association -> association.parameters();
    };
  }

  private Optional<Definition> definition(Spot spot) {
    Fields fields = spot.fields();
    Optional<String> name =
        fields
            .need("name")
            .flatMap(s -> s.text(1, dialect.limits().identifier(), Letters.IDENTIFIER));
    Optional<Spot> typeSpot = fields.need("type");
    Optional<TaskParameterType> type = typeSpot.flatMap(this::type);
    Optional<Spot> rangeSpot = fields.need("range");
    Optional<Spot> chunksSpot = fields.take("chunks");
    fields.finish();
    if (type.isEmpty()) {
      return Optional.empty();
    }
    Optional<Range> range = rangeSpot.flatMap(s -> range(s, type.get()));
    Chunks chunks = null;
    if (type.get() == TaskParameterType.CHUNK_INT) {
      if (!dialect.has(Extensions.TASK_CHUNKING)) {
        typeSpot
            .get()
            .wrong("the type CHUNK[INT] needs the extension TASK_CHUNKING; add it to 'extensions'");
      }
      if (chunksSpot.isEmpty()) {
        fields.wrong("the key 'chunks' is missing, which a CHUNK[INT] parameter needs");
      } else {
        chunks = chunks(chunksSpot.get());
      }
    } else {
      chunksSpot.ifPresent(s -> s.wrong("only a CHUNK[INT] parameter may have 'chunks'"));
    }
    if (name.isEmpty() || range.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Definition(name.get(), type.get(), range.get(), chunks));
  }

  private Optional<TaskParameterType> type(Spot spot) {
    Optional<String> word = spot.text();
    Optional<TaskParameterType> type =
        word.flatMap(w -> TaskParameterType.find(w, scope.expressions()));
    // What is none is refused with the words that there are.
    return type.isEmpty() && word.isPresent()
        ? spot.oneOf(TaskParameterType.words()).flatMap(w -> TaskParameterType.find(w, false))
        : type;
  }

  private Optional<Range> range(Spot spot, TaskParameterType type) {
    if (!spot.isList()) {
      return type.isWhole() || (scope.expressions() && spot.hasReferences())
          ? expression(spot, type)
          : refuseExpression(spot, type);
    }
    List<FormatString> items = new ArrayList<>();
    List<Spot> spots = spot.items(1, MOST_LISTED);
    spots.forEach(s -> item(s, type).ifPresent(items::add));
    return items.isEmpty() || items.size() < spots.size()
        ? Optional.empty()
        : Optional.of(new Range.Listed(items));
  }

  private static Optional<Range> refuseExpression(Spot spot, TaskParameterType type) {
    spot.wrong("the range of a " + type.word() + " parameter must be a list of values");
    return Optional.empty();
  }

  /** What a range may be that is one expression (§1.3.12 of EXPR). */
  static ExprType target(TaskParameterType type) {
    return switch (type) {
      case INT, CHUNK_INT ->
          ExprType.union(
              List.of(
                  ExprType.INT,
                  ExprType.STRING,
                  ExprType.RANGE_EXPR,
                  ExprType.listOf(ExprType.INT)));
      case FLOAT -> ExprType.listOf(ExprType.FLOAT);
      case STRING, PATH -> ExprType.listOf(ExprType.STRING);
    };
  }

  private Optional<Range> expression(Spot spot, TaskParameterType type) {
    Optional<FormatString> text =
        spot.format(1, Integer.MAX_VALUE, Letters.ANY, scope, target(type));
    if (text.isPresent() && !type.isWhole() && !text.get().isExpression()) {
      return refuseExpression(spot, type);
    }
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().isLiteral()) {
      try {
        RangeExpression.parse(text.get().source());
      } catch (IllegalArgumentException e) {
        spot.wrong(String.valueOf(e.getMessage()));
        return Optional.empty();
      }
    }
    return Optional.of(new Range.Expression(text.get()));
  }

  private Optional<FormatString> item(Spot spot, TaskParameterType type) {
    if (type == TaskParameterType.STRING || type == TaskParameterType.PATH) {
      return spot.format(1, Integer.MAX_VALUE, Letters.ANY, scope, ExprType.LIST_ITEM)
          .filter(
              text ->
                  !text.isLiteral() || Letters.ANY.check(text.source(), 1, LONGEST_VALUE, spot));
    }
    if (spot.hasReferences()) {
      return spot.format(1, Integer.MAX_VALUE, Letters.ANY, scope, ExprType.LIST_ITEM);
    }
    return type.isWhole()
        ? spot.whole().map(value -> FormatString.literal(Long.toString(value)))
        : spot.decimal().map(FormatString::literal);
  }

  private Chunks chunks(Spot spot) {
    Fields fields = spot.fields();
    FormatString count =
        fields.need("defaultTaskCount").flatMap(s -> number(s, 1, ExprType.INT)).orElse(literal(1));
    FormatString seconds =
        fields.take("targetRuntimeSeconds").flatMap(s -> number(s, 0, OPTIONAL)).orElse(literal(0));
    ChunkSpec.RangeConstraint constraint =
        fields
            .need("rangeConstraint")
            .flatMap(s -> s.oneOf(List.of("CONTIGUOUS", "NONCONTIGUOUS")))
            .map(ChunkSpec.RangeConstraint::valueOf)
            .orElse(ChunkSpec.RangeConstraint.NONCONTIGUOUS);
    fields.finish();
    return new Chunks(count, seconds, constraint);
  }

  private Optional<FormatString> number(Spot spot, int least, ExprType target) {
    if (spot.hasReferences()) {
      return spot.format(1, Integer.MAX_VALUE, Letters.ANY, scope, target);
    }
    return spot.whole(least, Integer.MAX_VALUE).map(SpaceReader::literal);
  }

  private static FormatString literal(long value) {
    return FormatString.literal(Long.toString(value));
  }
}

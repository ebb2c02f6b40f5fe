package blenderer.openjd;

import blenderer.openjd.ParameterSpaceTemplate.Chunks;
import blenderer.openjd.ParameterSpaceTemplate.Definition;
import blenderer.openjd.ParameterSpaceTemplate.Range;
import blenderer.openjd.expr.Value;
import blenderer.openjd.range.RangeExpression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a task space of a parameter space and the values its ranges refer to. */
final class TaskSpaceBuilder {

  private final ParameterSpaceTemplate template;
  private final Resolution resolution;
  private final String path;

  TaskSpaceBuilder(ParameterSpaceTemplate template, Resolution resolution, String path) {
    this.template = template;
    this.resolution = resolution;
    this.path = path;
  }

  /** Empty when there are problems. */
  Optional<TaskSpace> build() {
    Map<String, Dimension> leaves = new LinkedHashMap<>();
    List<TaskSpace.Parameter> parameters = new ArrayList<>();
    ChunkSpec chunks = null;
    boolean sound = true;
    for (int i = 0; i < template.definitions().size(); i++) {
      Definition definition = template.definitions().get(i);
      String at = path + "/taskParameterDefinitions/" + i;
      parameters.add(new TaskSpace.Parameter(definition.name(), definition.type()));
      Optional<Dimension> leaf = leaf(definition, at + "/range");
      leaf.ifPresent(dimension -> leaves.put(definition.name(), dimension));
      sound &= leaf.isPresent();
      if (definition.chunks() != null) {
        Optional<ChunkSpec> spec = chunks(definition.name(), definition.chunks(), at + "/chunks");
        sound &= spec.isPresent();
        chunks = spec.orElse(chunks);
      }
    }
    if (!sound) {
      return Optional.empty();
    }
    try {
      return Optional.of(space(parameters, leaves, chunks));
    } catch (ArithmeticException e) {
      resolution.wrong(path, "the step has more tasks than can be counted; shorten its ranges");
    } catch (IllegalArgumentException e) {
      resolution.wrong(path + "/combination", String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private TaskSpace space(
      List<TaskSpace.Parameter> parameters,
      Map<String, Dimension> leaves,
      @Nullable ChunkSpec chunks) {
    List<Combination> terms =
        switch (template.combination()) {
          case Combination.Product(var factors) -> factors;
          case Combination other -> List.of(other);
          case null -> leaves.keySet().stream().<Combination>map(Combination.One::new).toList();
        };
    List<Dimension> others = new ArrayList<>();
    for (Combination term : terms) {
      if (chunks == null || !term.equals(new Combination.One(chunks.parameter()))) {
        others.add(dimension(term, leaves));
      }
    }
    Dimension product = Dimension.Product.of(others);
    if (chunks != null
        && leaves.get(chunks.parameter()) instanceof Dimension.Ranged(_, RangeExpression numbers)) {
      return TaskSpace.chunked(parameters, product, chunks, numbers);
    }
    return TaskSpace.of(parameters, product);
  }

  private static Dimension dimension(Combination combination, Map<String, Dimension> leaves) {
    return switch (combination) {
      case Combination.One(String name) -> {
        Dimension leaf = leaves.get(name);
        if (leaf == null) {
          throw new IllegalStateException("the combination was checked, but lacks " + name);
        }
        yield leaf;
      }
      case Combination.Product(var terms) ->
          Dimension.Product.of(terms.stream().map(term -> dimension(term, leaves)).toList());
      case Combination.Association(var terms) -> {
        List<Dimension> all = terms.stream().map(term -> dimension(term, leaves)).toList();
        for (Dimension one : all) {
          if (one.size() != all.getFirst().size()) {
            throw new IllegalArgumentException(
                "the association ("
                    + String.join(", ", combination.parameters())
                    + ") pairs "
                    + all.getFirst().size()
                    + " values with "
                    + one.size()
                    + "; give equally many");
          }
        }
        yield new Dimension.Association(all);
      }
    };
  }

  private Optional<Dimension> leaf(Definition definition, String at) {
    return switch (definition.range()) {
      case Range.Expression(FormatString text) -> ranged(definition, text, at);
      case Range.Listed(List<FormatString> items) ->
          texts(items, at).flatMap(texts -> listed(definition, texts, at));
    };
  }

  private Optional<Dimension> ranged(Definition definition, FormatString format, String at) {
    return resolution
        .value(format, SpaceReader.target(definition.type()), at)
        .flatMap(
            value ->
                switch (value) {
                  case Value.Range range ->
                      Optional.of(new Dimension.Ranged(definition.name(), range.value()));
                  case Value.Items list ->
                      listed(definition, list.items().stream().map(Value::display).toList(), at);
                  default -> parsed(definition.name(), value.display(), at);
                });
  }

  private Optional<Dimension> parsed(String name, String text, String at) {
    try {
      return Optional.of(new Dimension.Ranged(name, RangeExpression.parse(text)));
    } catch (IllegalArgumentException e) {
      resolution.wrong(at, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The texts of a list's items; empty, with problems noted, when one cannot be had. */
  private Optional<List<String>> texts(List<FormatString> items, String at) {
    List<String> texts = new ArrayList<>();
    boolean all = true;
    for (int i = 0; i < items.size(); i++) {
      Optional<List<String>> some = resolution.item(items.get(i), at + "/" + i);
      all &= some.isPresent();
      some.ifPresent(texts::addAll);
    }
    return all ? Optional.of(texts) : Optional.empty();
  }

  private Optional<Dimension> listed(Definition definition, List<String> items, String at) {
    if (items.isEmpty()) {
      resolution.wrong(at, "the range is empty: it needs at least one value");
      return Optional.empty();
    }
    if (items.size() > SpaceReader.MOST_LISTED) {
      resolution.wrong(
          at,
          "the list has "
              + items.size()
              + " values, at most "
              + SpaceReader.MOST_LISTED
              + " are allowed; whole numbers can be a range expression, which may have more");
      return Optional.empty();
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      String value = items.get(i);
      String complaint =
          switch (definition.type()) {
            case INT, CHUNK_INT ->
                Spot.isWhole(value.strip()) ? "" : "'" + value + "' is not a whole number";
            case FLOAT ->
                Spot.isDecimal(value.strip()) ? "" : "'" + value + "' is not a finite number";
            case STRING, PATH -> Letters.ANY.complaint(value, 1, SpaceReader.LONGEST_VALUE);
          };
      if (!complaint.isEmpty()) {
        resolution.wrong(at + "/" + i, complaint);
        continue;
      }
      values.add(
          switch (definition.type()) {
            case INT, CHUNK_INT -> Long.toString(Long.parseLong(value.strip()));
            case FLOAT -> value.strip();
            case STRING, PATH -> value;
          });
    }
    if (values.size() < items.size()) {
      return Optional.empty();
    }
    if (definition.type() != TaskParameterType.CHUNK_INT) {
      return Optional.of(new Dimension.Listed(definition.name(), values));
    }
    try {
      long[] numbers = values.stream().mapToLong(Long::parseLong).toArray();
      return Optional.of(new Dimension.Ranged(definition.name(), RangeExpression.of(numbers)));
    } catch (IllegalArgumentException e) {
      resolution.wrong(at, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<ChunkSpec> chunks(String name, Chunks chunks, String at) {
    Optional<Long> count =
        resolution.whole(chunks.defaultTaskCount(), 1, Integer.MAX_VALUE, at + "/defaultTaskCount");
    FormatString target = chunks.targetRuntimeSeconds();
    Optional<Long> seconds =
        resolution.omits(target)
            ? Optional.of(0L)
            : resolution.whole(target, 0, Integer.MAX_VALUE, at + "/targetRuntimeSeconds");
    return count.flatMap(
        tasks ->
            seconds.map(
                time -> new ChunkSpec(name, tasks.intValue(), time, chunks.rangeConstraint())));
  }
}

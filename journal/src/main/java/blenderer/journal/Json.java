package blenderer.journal;

import blenderer.core.Journal.JournalException;
import blenderer.core.Row;
import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.Flag;
import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import blenderer.model.IndexRanges;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists, maps and small records in columns. */
final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectReader FAILURE = MAPPER.readerFor(Failure.class);
  private static final ObjectReader STRINGS =
      MAPPER.readerFor(new TypeReference<List<String>>() {});
  private static final ObjectReader NUMBERS =
      MAPPER.readerFor(new TypeReference<List<Integer>>() {});
  private static final ObjectReader MAP =
      MAPPER.readerFor(new TypeReference<Map<String, String>>() {});
  private static final ObjectReader REQUIREMENTS =
      MAPPER.readerFor(new TypeReference<List<Requirement>>() {});
  private static final ObjectReader RENDERERS =
      MAPPER.readerFor(new TypeReference<List<Renderer>>() {});

  private static final ObjectReader FLAGS = MAPPER.readerFor(new TypeReference<List<Flag>>() {});
  private static final ObjectReader PLAN = MAPPER.readerFor(PlanText.class);
  private static final ObjectReader OFFER = MAPPER.readerFor(HostOffer.class);

  private static final ObjectReader TERMS = MAPPER.readerFor(Row.Terms.class);

  private Json() {}

  static String of(Object value) {
    if (value instanceof List<?> list && list.isEmpty()) {
      return "[]";
    }
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new JournalException("nothing was written: a value does not fit into JSON", e);
    }
  }

  static @Nullable String ofNullable(@Nullable Object value) {
    return value == null ? null : of(value);
  }

  static String ofDigests(List<Digest> digests) {
    return of(digests.stream().map(Digest::hex).toList());
  }

  static @Nullable Failure failure(@Nullable String json) {
    return json == null ? null : read(FAILURE, json);
  }

  static List<String> strings(String json) {
    return json.equals("[]") ? List.of() : read(STRINGS, json);
  }

  static List<Integer> numbers(String json) {
    return read(NUMBERS, json);
  }

  static List<Digest> digests(String json) {
    return strings(json).stream().map(Digest::new).toList();
  }

  static Map<String, String> map(String json) {
    return read(MAP, json);
  }

  static List<Requirement> requirements(String json) {
    return read(REQUIREMENTS, json);
  }

  static List<Renderer> renderers(String json) {
    return read(RENDERERS, json);
  }

  static List<Flag> flags(String json) {
    return json.equals("[]") ? List.of() : read(FLAGS, json);
  }

  /** A plan as columns hold it: sets of indexes are text, like everywhere. */
  private record PlanText(
      HostNeeds needs,
      Row.Cut cut,
      long targetMillis,
      String breaks,
      @Nullable ProbeText probe,
      @Nullable String omitted,
      @Nullable Long leastMemoryMib) {}

  private record ProbeText(
      String first, boolean hold, @Nullable String by, @Nullable Boolean preview) {}

  static String ofPlan(Row.Plan plan) {
    return plan.equals(Row.Plan.PLAIN)
        ? "{}"
        : of(
            new PlanText(
                plan.needs(),
                plan.cut(),
                plan.targetMillis(),
                plan.breaks().toString(),
                text(plan.probe()),
                plan.omitted().isEmpty() ? null : plan.omitted().toString(),
                plan.leastMemoryMib() == 0 ? null : plan.leastMemoryMib()));
  }

  private static @Nullable ProbeText text(Row.Probe probe) {
    return probe.equals(Row.Probe.NONE)
        ? null
        : new ProbeText(
            probe.first().toString(), probe.hold(), probe.by(), probe.preview() ? true : null);
  }

  private static Row.Probe probe(@Nullable ProbeText text) {
    return text == null
        ? Row.Probe.NONE
        : new Row.Probe(
            IndexRanges.parse(text.first()),
            text.hold(),
            text.by(),
            Boolean.TRUE.equals(text.preview()));
  }

  static Row.Plan plan(String json) {
    if (json.equals("{}")) {
      return Row.Plan.PLAIN;
    }
    PlanText text = read(PLAN, json);
    return new Row.Plan(
        text.needs(),
        text.cut(),
        text.targetMillis(),
        IndexRanges.parse(text.breaks()),
        probe(text.probe()),
        text.omitted() == null ? IndexRanges.empty() : IndexRanges.parse(text.omitted()),
        text.leastMemoryMib() == null ? 0 : text.leastMemoryMib());
  }

  static String ofTerms(Row.Terms terms) {
    return terms.equals(Row.Terms.NONE) ? "{}" : of(terms);
  }

  static Row.Terms terms(String json) {
    return json.equals("{}") ? Row.Terms.NONE : read(TERMS, json);
  }

  static HostOffer offer(String json) {
    return json.equals("{}") ? HostOffer.NONE : read(OFFER, json);
  }

  private static <T> T read(ObjectReader reader, String json) {
    try {
      return reader.readValue(json);
    } catch (JsonProcessingException e) {
      throw new JournalException("the journal holds a value that cannot be read: " + json, e);
    }
  }
}

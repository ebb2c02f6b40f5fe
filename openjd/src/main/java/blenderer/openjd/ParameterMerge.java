package blenderer.openjd;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins the parameter definitions of environment templates and a job template (§1.2.1): types must
 * be the same, all constraints hold, the last default wins.
 */
final class ParameterMerge {

  private final Problems problems;
  private final SequencedMap<String, ParameterDefinition> merged = new LinkedHashMap<>();

  ParameterMerge(Problems problems) {
    this.problems = problems;
  }

  List<ParameterDefinition> merge(List<EnvironmentTemplate> environments, JobTemplate job) {
    for (EnvironmentTemplate environment : environments) {
      environment.parameters().forEach(parameter -> add(parameter, environment.origin()));
    }
    job.parameters().forEach(parameter -> add(parameter, job.origin()));
    for (ParameterDefinition parameter : merged.values()) {
      if (parameter.defaultValue() != null) {
        String complaint =
            ParameterRules.complaint(
                parameter.type(), parameter.constraints(), parameter.defaultValue());
        if (!complaint.isEmpty()) {
          wrong(parameter, "its default " + complaint);
        }
      }
    }
    return List.copyOf(merged.values());
  }

  private void add(ParameterDefinition later, String origin) {
    ParameterDefinition earlier = merged.get(later.name());
    if (earlier == null) {
      merged.put(later.name(), later);
      return;
    }
    if (earlier.type() != later.type()) {
      wrong(
          later, "it is " + later.type() + " in " + origin + ", but " + earlier.type() + " before");
      return;
    }
    PathUse use = later.path();
    if (use != null && !use.equals(earlier.path())) {
      wrong(later, "its objectType and dataFlow in " + origin + " differ from those before");
      return;
    }
    String defaultValue =
        later.defaultValue() != null ? later.defaultValue() : earlier.defaultValue();
    merged.put(
        later.name(),
        new ParameterDefinition(
            later.name(),
            later.type(),
            later.description().isEmpty() ? earlier.description() : later.description(),
            defaultValue,
            both(later, later.type(), earlier.constraints(), later.constraints()),
            later.path(),
            later.userInterface()));
  }

  private Constraints both(
      ParameterDefinition parameter, ParameterType type, Constraints a, Constraints b) {
    BigDecimal least = larger(a.least(), b.least());
    BigDecimal most = smaller(a.most(), b.most());
    if (least != null && most != null && least.compareTo(most) > 0) {
      wrong(parameter, "its smallest value " + least + " is more than its largest " + most);
    }
    List<String> allowed = new ArrayList<>(a.allowed().isEmpty() ? b.allowed() : a.allowed());
    if (!a.allowed().isEmpty() && !b.allowed().isEmpty()) {
      allowed.removeIf(
          value ->
              b.allowed().stream().noneMatch(other -> ParameterRules.same(type, value, other)));
      if (allowed.isEmpty()) {
        wrong(parameter, "no value is allowed by all of its definitions");
      }
    }
    return new Constraints(allowed, least, most, item(parameter, type, a.item(), b.item()));
  }

  private @Nullable Constraints item(
      ParameterDefinition parameter,
      ParameterType type,
      @Nullable Constraints a,
      @Nullable Constraints b) {
    return a == null ? b : b == null ? a : both(parameter, type.element().orElseThrow(), a, b);
  }

  private static @Nullable BigDecimal larger(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    return a == null ? b : b == null ? a : a.max(b);
  }

  private static @Nullable BigDecimal smaller(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    return a == null ? b : b == null ? a : a.min(b);
  }

  private void wrong(ParameterDefinition parameter, String what) {
    problems.add(
        "/parameterDefinitions",
        "the definitions of the parameter '"
            + parameter.name()
            + "' in job and environments do not go together: "
            + what);
  }
}

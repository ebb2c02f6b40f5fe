package blenderer.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/templates/read}: what a form asks for, to make a job of a template.
 *
 * @param digest under which the template is in the store now
 * @param name as it stands there, with its references
 * @param steps their names
 */
public record TemplateForm(
    String digest,
    String name,
    @Nullable String description,
    List<Parameter> parameters,
    List<String> steps) {

  /**
   * A parameter.
   *
   * @param type such as {@code INT} or {@code LIST[STRING]}
   * @param defaultValue absent: a value must be given
   * @param allowedValues absent: any
   * @param minValue of a number
   * @param minLength of a text or a list
   * @param objectType of a path: FILE or DIRECTORY
   * @param dataFlow of a path: NONE, IN, OUT or INOUT
   */
  public record Parameter(
      String name,
      String type,
      @Nullable String description,
      @JsonProperty("default") @Nullable String defaultValue,
      @Nullable List<String> allowedValues,
      @Nullable BigDecimal minValue,
      @Nullable BigDecimal maxValue,
      @Nullable BigDecimal minLength,
      @Nullable BigDecimal maxLength,
      @Nullable String objectType,
      @Nullable String dataFlow,
      Control userInterface) {}

  /** How a form shows it. */
  public record Control(
      String control,
      @Nullable String label,
      @Nullable String groupLabel,
      @Nullable Integer decimals,
      @Nullable BigDecimal singleStepDelta,
      @Nullable List<String> filePatterns) {}
}

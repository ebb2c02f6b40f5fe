package blenderer.openjd;

import org.jspecify.annotations.Nullable;

/**
 * A job parameter as a template defines it (§2).
 *
 * @param description empty: none
 * @param defaultValue null: a value must be given
 * @param path null for all types but PATH
 */
public record ParameterDefinition(
    String name,
    ParameterType type,
    String description,
    @Nullable String defaultValue,
    Constraints constraints,
    @Nullable PathUse path,
    UserInterface userInterface) {}

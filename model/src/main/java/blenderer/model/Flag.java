package blenderer.model;

/**
 * Why somebody should look at a picture before it counts as good.
 *
 * @param code stable, such as {@code black-frame}
 * @param message one plain sentence
 */
public record Flag(String code, String message) {}

package blenderer.model;

/**
 * Why something did not work, in a form that programs and people can act on.
 *
 * @param code stable, in lower case with dashes, such as {@code frame-truncated}
 * @param message one plain sentence that names the thing
 * @param retry where the next try may run
 */
public record Failure(String code, String message, RetryClass retry) {}

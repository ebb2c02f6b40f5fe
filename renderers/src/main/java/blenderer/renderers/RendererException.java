package blenderer.renderers;

/** A shipped renderer is broken or cannot be laid out: a fault of the installation, not a job's. */
public final class RendererException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RendererException(String message) {
    super(message);
  }

  RendererException(String message, Throwable cause) {
    super(message, cause);
  }
}

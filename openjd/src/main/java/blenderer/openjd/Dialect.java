package blenderer.openjd;

import java.util.Set;

/**
 * Which rules a template is read by: the 2023-09 revision and the extensions that it declares.
 *
 * @param limits the bounds that follow from them
 */
record Dialect(Set<String> extensions, Limits limits) {

  Dialect {
    extensions = Set.copyOf(extensions);
  }

  static Dialect of(Set<String> extensions) {
    return new Dialect(extensions, Limits.of(extensions));
  }

  boolean has(String extension) {
    return extensions.contains(extension);
  }
}

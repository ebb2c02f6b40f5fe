package blenderer.server.routes;

import blenderer.model.Digest;
import blenderer.model.Permission;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The templates that this version ships. */
public interface TemplateSource {

  /** Their digests. */
  List<Digest> digests();

  /** The bytes of one of them. */
  Optional<byte[]> find(Digest digest);

  /**
   * How far a job of a shipped template goes: one that lets scenes run their scripts needs the
   * permission for it, and so does one that runs a command of one's own.
   */
  default Permission needs(Digest shipped, Map<String, String> parameters) {
    return ON.contains(parameters.getOrDefault("AllowScripts", "").toLowerCase(Locale.ROOT))
        ? Permission.SCRIPTS
        : Permission.TEMPLATES;
  }

  /** Values of a check box that is on. */
  Set<String> ON = Set.of("true", "yes", "on", "1");

  /** These documents and no others. */
  static TemplateSource of(List<byte[]> documents) {
    List<byte[]> all = List.copyOf(documents);
    return new TemplateSource() {
      @Override
      public List<Digest> digests() {
        return all.stream().map(Digest::of).toList();
      }

      @Override
      public Optional<byte[]> find(Digest digest) {
        return all.stream().filter(bytes -> Digest.of(bytes).equals(digest)).findAny();
      }
    };
  }
}

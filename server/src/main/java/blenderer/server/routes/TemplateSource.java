package blenderer.server.routes;

import blenderer.model.Digest;
import blenderer.model.Permission;
import blenderer.model.ScriptParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The templates that this version ships. */
public interface TemplateSource {

  /** Their digests. */
  List<Digest> digests();

  /** The bytes of one of them. */
  Optional<byte[]> find(Digest digest);

  /**
   * How far a job of a shipped template goes: one that lets code of the submitter's run inside the
   * renderer needs the permission for it, and so does one that runs a command of one's own.
   */
  default Permission needs(Digest shipped, Map<String, String> parameters) {
    return ScriptParameters.needed(parameters);
  }

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

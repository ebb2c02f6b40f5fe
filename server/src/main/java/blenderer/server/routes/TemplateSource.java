package blenderer.server.routes;

import blenderer.model.Digest;
import java.util.List;
import java.util.Optional;

/** The templates that this version ships; nodes run no others. */
public interface TemplateSource {

  /** Their digests. */
  List<Digest> digests();

  /** The bytes of one of them. */
  Optional<byte[]> find(Digest digest);

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

package blenderer.node.local;

import blenderer.cas.CasException;
import blenderer.cas.ManifestTree;
import blenderer.node.session.SessionFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The private folder of one run, and in it that of its session; deleted at the end. */
final class RunFolder implements AutoCloseable {

  private final Path top;
  private final String id;
  private final SessionFolder session;

  private RunFolder(Path top, String id, SessionFolder session) {
    this.top = top;
    this.id = id;
    this.session = session;
  }

  /** Makes one that nobody else may read. */
  static RunFolder create() throws IOException {
    Path top = Files.createTempDirectory(parent(), "blenderer-openjd-").toRealPath();
    String id = UUID.randomUUID().toString();
    return new RunFolder(top, id, SessionFolder.create(top, id));
  }

  /** Where such folders are made. */
  static Path parent() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  Path top() {
    return top;
  }

  /** The session's. */
  String id() {
    return id;
  }

  SessionFolder session() {
    return session;
  }

  @Override
  public void close() throws IOException {
    try {
      ManifestTree.deleteTree(top);
    } catch (CasException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}

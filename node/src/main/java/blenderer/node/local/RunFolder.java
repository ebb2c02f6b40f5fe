package blenderer.node.local;

import blenderer.cas.CasException;
import blenderer.cas.ManifestTree;
import blenderer.node.session.SessionFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The private folder of one run, and in it that of its session; deleted at the end. */
final class RunFolder implements AutoCloseable {

  private final Path top;
  private final String id;
  private final SessionFolder session;

  private final PrintWriter err;

  private RunFolder(Path top, String id, SessionFolder session, PrintWriter err) {
    this.top = top;
    this.id = id;
    this.session = session;
    this.err = err;
  }

  /**
   * Makes one that nobody else may read.
   *
   * @param err told when it cannot be deleted
   */
  static RunFolder create(PrintWriter err) throws IOException {
    Path top = Files.createTempDirectory(parent(), "blenderer-openjd-").toRealPath();
    String id = UUID.randomUUID().toString();
    return new RunFolder(top, id, SessionFolder.create(top, id), err);
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

  /** What cannot be deleted stays, and is named: the run went as it went. */
  @Override
  public void close() {
    try {
      ManifestTree.deleteTree(top);
    } catch (CasException e) {
      err.println("warning [folder-left] " + e.getMessage() + "; delete it yourself.");
    }
  }
}

package blenderer.node.outbox;

import blenderer.api.NodeSync;
import blenderer.model.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One result in the outbox.
 *
 * @param folder holds {@code report.json}, {@code file-0}, {@code file-1}, …, {@code log} and
 *     {@code preview}
 * @param bytes the length of all its files
 */
record Entry(ResultKey key, Path folder, NodeSync.Report report, long bytes) {

  static final String REPORT = "report.json";
  static final String LOG = "log";
  static final String PREVIEW = "preview";

  /** A file to upload. */
  record Blob(Digest digest, Path file) {}

  static Path file(Path folder, int number) {
    return folder.resolve("file-" + number);
  }

  List<Blob> blobs() {
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < report.files().size(); i++) {
      blobs.add(new Blob(new Digest(report.files().get(i).digest()), file(folder, i)));
    }
    String log = report.log();
    if (log != null) {
      blobs.add(new Blob(new Digest(log), folder.resolve(LOG)));
    }
    if (hasOwnPreview(report)) {
      NodeSync.Look look = report.look();
      String preview = look == null ? null : look.preview();
      if (preview != null) {
        blobs.add(new Blob(new Digest(preview), folder.resolve(PREVIEW)));
      }
    }
    return blobs;
  }

  /** Whether the preview is a file of its own, and none of the results. */
  static boolean hasOwnPreview(NodeSync.Report report) {
    NodeSync.Look look = report.look();
    return look != null
        && look.preview() != null
        && report.files().stream().noneMatch(file -> file.digest().equals(look.preview()));
  }
}

package blenderer.server.backup;

import blenderer.api.Json;
import blenderer.journal.JournalSums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a finished backup says of itself: {@code backup.json}.
 *
 * @param format how the folder is laid out; rises when an older program could not read it
 * @param madeAt ISO 8601, UTC
 * @param version of the program that made it
 * @param farm the fingerprint of the farm's authority; empty for a farm with certificates of one's
 *     own
 * @param revision of the journal
 * @param journal its rows
 * @param rows their digest, whichever database they are in
 * @param blobs how many files of jobs
 * @param blobBytes of them
 * @param lost files that the farm itself had no more, or not right, when the backup was made
 * @param files the backup's own files beside this one, with their digests
 */
record BackupNote(
    int format,
    String madeAt,
    String version,
    String farm,
    long revision,
    List<JournalSums.Table> journal,
    String rows,
    long blobs,
    long blobBytes,
    List<String> lost,
    Map<String, String> files) {

  static final int FORMAT = 1;
  static final String FILE = "backup.json";

  BackupNote {
    journal = List.copyOf(journal);
    lost = List.copyOf(lost);
    files = Map.copyOf(files);
  }

  static BackupNote read(Path folder) throws IOException {
    return Json.mapper().readValue(Files.readString(folder.resolve(FILE)), BackupNote.class);
  }

  String text() throws IOException {
    return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
  }
}

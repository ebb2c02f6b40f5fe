package blenderer.journal;

import blenderer.model.Digest;
import java.util.List;

/** Archives in SQL. */
final class SqlArchives implements ArchiveStore {

  private final Writer writer;
  private final Readers readers;

  SqlArchives(Writer writer, Readers readers) {
    this.writer = writer;
    this.readers = readers;
  }

  @Override
  public void add(Archive archive) {
    writer.write(
        session -> {
          Beside.changed(session);
          return session.update(
              "INSERT INTO renderer_archives (digest, file, renderer, version, features, build,"
                  + " os, processor, size, unpacked_bytes, added_by, added_at)"
                  + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  + " ON CONFLICT (digest) DO NOTHING",
              archive.digest().hex(),
              archive.file(),
              archive.renderer(),
              archive.version(),
              Json.of(archive.features()),
              archive.build(),
              archive.os(),
              archive.processor(),
              archive.size(),
              archive.unpackedBytes(),
              archive.addedBy(),
              archive.addedAt());
        });
  }

  @Override
  public boolean remove(Digest digest) {
    return writer.write(
        session -> {
          Beside.changed(session);
          return session.update("DELETE FROM renderer_archives WHERE digest = ?", digest.hex()) > 0;
        });
  }

  @Override
  public List<Archive> all() {
    return readers.read(
        handle ->
            handle
                .createQuery(
                    "SELECT digest, file, renderer, version, features, build, os, processor, size,"
                        + " unpacked_bytes, added_by, added_at FROM renderer_archives"
                        + " ORDER BY added_at, digest")
                .map(
                    (row, _) ->
                        new Archive(
                            new Digest(row.getString("digest")),
                            row.getString("file"),
                            row.getString("renderer"),
                            row.getString("version"),
                            Json.strings(row.getString("features")),
                            row.getString("build"),
                            row.getString("os"),
                            row.getString("processor"),
                            row.getLong("size"),
                            row.getLong("unpacked_bytes"),
                            row.getString("added_by"),
                            row.getLong("added_at")))
                .list());
  }
}

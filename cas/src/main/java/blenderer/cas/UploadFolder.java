package blenderer.cas;

import blenderer.model.Digest;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The notes beside uploads: {@code <id>.note} says whose upload of what {@code <id>.part} is, and
 * its modification time says when the upload last moved. Notes are not synced: an upload that a
 * power cut forgets is only begun again.
 */
final class UploadFolder {

  private static final String FIRST_LINE = "blenderer upload 1";

  /** An upload as it was noted. */
  record Note(String id, Digest digest, long size, Uploader owner, long touched) {}

  private final Path folder;

  UploadFolder(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new CasException("cannot make " + folder, e);
    }
  }

  /**
   * The name of an upload, from what it is for: opening the same upload again finds it without a
   * list, and nobody can guess another's without knowing the digest.
   */
  static String idOf(Digest digest, long size, Uploader owner) {
    String all = owner.kind() + " " + owner.name() + "\n" + digest + " " + size;
    return Digest.of(all.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
  }

  Path part(String id) {
    return folder.resolve(id + ".part");
  }

  private Path note(String id) {
    return folder.resolve(id + ".note");
  }

  void write(Note note) throws IOException {
    Path temp = folder.resolve(note.id() + ".new");
    String text =
        String.join(
            "\n",
            FIRST_LINE,
            note.digest().hex(),
            Long.toString(note.size()),
            note.owner().kind().name(),
            note.owner().name(),
            "");
    Files.writeString(temp, text);
    Files.move(temp, note(note.id()), StandardCopyOption.ATOMIC_MOVE);
    touch(note.id(), note.touched());
  }

  /** Notes that the upload moved at {@code now}, in epoch milliseconds. */
  void touch(String id, long now) throws IOException {
    Files.setLastModifiedTime(note(id), FileTime.fromMillis(now));
  }

  /** When the upload last moved, in epoch milliseconds. */
  long touched(String id) {
    try {
      return Files.getLastModifiedTime(note(id)).toMillis();
    } catch (NoSuchFileException e) {
      return Long.MAX_VALUE;
    } catch (IOException e) {
      throw new CasException("cannot look at the note of upload " + id, e);
    }
  }

  void remove(String id) {
    Disk.delete(part(id));
    Disk.delete(note(id));
  }

  /** The uploads noted on disk; whatever belongs to none is deleted. */
  List<Note> load() {
    List<Note> notes = new ArrayList<>();
    List<Path> files = Disk.list(folder);
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(".note")) {
        String id = name.substring(0, name.length() - ".note".length());
        Note note = read(id);
        if (note == null) {
          remove(id);
        } else {
          notes.add(note);
        }
      }
    }
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      boolean known =
          name.endsWith(".part") && Files.exists(note(name.substring(0, name.length() - 5)));
      if (!known && !name.endsWith(".note")) {
        Disk.delete(file);
      }
    }
    return notes;
  }

  private @Nullable Note read(String id) {
    try {
      Path file = note(id);
      List<String> lines = Files.readString(file).lines().toList();
      if (lines.size() != 5 || !lines.getFirst().equals(FIRST_LINE)) {
        return null;
      }
      Note note =
          new Note(
              id,
              new Digest(lines.get(1)),
              Long.parseLong(lines.get(2)),
              new Uploader(lines.get(4), Uploader.Kind.valueOf(lines.get(3))),
              Files.getLastModifiedTime(file).toMillis());
      return id.equals(idOf(note.digest(), note.size(), note.owner())) ? note : null;
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return null;
    } catch (IOException e) {
      throw new CasException("cannot read the note of upload " + id, e);
    }
  }
}

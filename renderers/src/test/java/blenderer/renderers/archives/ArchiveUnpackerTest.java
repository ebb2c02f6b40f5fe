package blenderer.renderers.archives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives as they should be, and every kind of trap that one can be. */
class ArchiveUnpackerTest {

  private static final String TOP = "blender-4.2.3-linux-x64/";

  @TempDir Path root;

  /** Puts entries into an archive. */
  private interface Filling {
    void into(TarArchiveOutputStream tar) throws IOException;
  }

  private Path tar(Filling filling) throws IOException {
    Path file = root.resolve("made.tar.gz");
    fill(new GZIPOutputStream(Files.newOutputStream(file)), filling);
    return file;
  }

  private static void fill(OutputStream out, Filling filling) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      filling.into(tar);
    }
  }

  private static void file(TarArchiveOutputStream tar, String name, int mode, String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(bytes.length);
    entry.setMode(mode);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static void special(TarArchiveOutputStream tar, String name, byte type, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static void link(TarArchiveOutputStream tar, String name, String target)
      throws IOException {
    special(tar, name, TarConstants.LF_SYMLINK, target);
  }

  private static void program(TarArchiveOutputStream tar) throws IOException {
    file(tar, TOP + "blender", 0755, "program");
  }

  private ArchiveUnpacker.Unpacked unpack(Path archive, ArchiveLimits limits) throws Exception {
    return ArchiveUnpacker.unpack(archive, root.resolve("out"), List.of("blender"), limits);
  }

  /** The whole archive is refused, nothing of it is left, and nothing lies beside its folder. */
  private void refused(Path archive, ArchiveLimits limits, String sentence) throws IOException {
    List<Path> before = everything();
    assertThatThrownBy(() -> unpack(archive, limits))
        .isInstanceOf(BadArchiveException.class)
        .hasMessageContaining(sentence);
    assertThat(everything()).isEqualTo(before);
  }

  private void refused(Filling filling, String sentence) throws IOException {
    refused(
        tar(
            tar -> {
              program(tar);
              filling.into(tar);
            }),
        ArchiveLimits.USUAL,
        sentence);
  }

  private List<Path> everything() throws IOException {
    try (var files = Files.walk(root)) {
      return files.sorted().toList();
    }
  }

  private static void asTheMakersDoIt(TarArchiveOutputStream tar) throws IOException {
    program(tar);
    file(tar, TOP + "4.2/scripts/a.py", 0644, "a = 1");
    file(tar, TOP + "lib/libjpeg.so.1.2", 04755, "library");
    link(tar, TOP + "lib/libjpeg.so", "libjpeg.so.1");
    link(tar, TOP + "lib/libjpeg.so.1", "libjpeg.so.1.2");
    link(tar, TOP + "scripts", "4.2/scripts");
    special(tar, TOP + "lib/same.so", TarConstants.LF_LINK, TOP + "lib/libjpeg.so.1.2");
    link(tar, TOP + "nowhere", "absent");
  }

  private void assertUnpacked(ArchiveUnpacker.Unpacked unpacked) throws IOException {
    Path top = unpacked.folder().resolve(TOP);
    assertThat(unpacked.program()).isEqualTo(top.resolve("blender")).isExecutable();
    assertThat(top.resolve("scripts/a.py")).hasContent("a = 1");
    assertThat(Files.isExecutable(top.resolve("4.2/scripts/a.py"))).isFalse();
    assertThat(top.resolve("lib/libjpeg.so")).hasContent("library").isSymbolicLink();
  }

  @Test
  void archive_of_the_makers_is_unpacked_with_its_links_and_without_special_rights()
      throws Exception {
    Path archive = root.resolve("blender.tar.xz");
    fill(
        new XZCompressorOutputStream(Files.newOutputStream(archive)),
        ArchiveUnpackerTest::asTheMakersDoIt);
    ArchiveUnpacker.Unpacked unpacked = unpack(archive, ArchiveLimits.USUAL);
    assertUnpacked(unpacked);
    Path top = unpacked.folder().resolve(TOP);
    assertThat(top.resolve("lib/same.so")).hasContent("library");
    assertThat(top.resolve("nowhere")).doesNotExist();
    assertThat(Files.exists(top.resolve("nowhere"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(top.resolve("lib/libjpeg.so.1.2"))))
        .isEqualTo("rwxr-xr-x");
    assertThat(unpacked.bytes()).isEqualTo(7 + 5 + 7);
  }

  @Test
  void zip_is_unpacked_with_its_links() throws Exception {
    Path archive = root.resolve("blender.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      zip(zip, TOP + "blender", 0100755, "program");
      zip(zip, TOP + "4.2/scripts/a.py", 0100644, "a = 1");
      zip(zip, TOP + "lib/libjpeg.so.1", 0100644, "library");
      zip(zip, TOP + "lib/libjpeg.so", 0120777, "libjpeg.so.1");
      zip(zip, TOP + "scripts", 0120777, "4.2/scripts");
    }
    assertUnpacked(unpack(archive, ArchiveLimits.USUAL));
  }

  private static void zip(ZipArchiveOutputStream zip, String name, int mode, String text)
      throws IOException {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setUnixMode(mode);
    zip.putArchiveEntry(entry);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeArchiveEntry();
  }

  @Test
  void zip_that_climbs_out_is_refused() throws IOException {
    Path archive = root.resolve("evil.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      zip(zip, TOP + "blender", 0100755, "program");
      zip(zip, TOP + "etc", 0120777, "/etc");
    }
    refused(archive, ArchiveLimits.USUAL, "leads out of its folder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        TOP + "../../evil",
        "/tmp/evil",
        "..",
        TOP + "..\\..\\evil",
        TOP + "new\nline"
      })
  void name_that_leads_out_is_refused(String name) throws IOException {
    refused(tar -> file(tar, name, 0644, "evil"), "leads out of its folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../../etc", "../..", "a/../../../x", "4.2/../../.."})
  void link_that_leads_out_is_refused(String target) throws IOException {
    refused(tar -> link(tar, TOP + "link", target), "leads out of its folder");
  }

  @Test
  void links_that_lead_out_only_together_are_refused() throws IOException {
    // As text d/a/.. is the folder d; a is a link to the top, so the system goes above it.
    refused(
        tar -> {
          file(tar, "d/file", 0644, "x");
          link(tar, "d/a", "..");
          link(tar, "d/b", "a/..");
        },
        "leads out of its folder");
  }

  @Test
  void file_behind_a_link_does_not_follow_it() throws IOException {
    refused(
        tar -> {
          link(tar, TOP + "lib", "4.2");
          file(tar, TOP + "lib/file", 0644, "x");
        },
        "is in it twice");
    refused(
        tar -> {
          file(tar, TOP + "4.2/file", 0644, "x");
          link(tar, TOP + "lib", "4.2");
          link(tar, TOP + "lib/inner", "file");
        },
        "");
  }

  @Test
  void hard_link_to_what_is_no_file_of_it_is_refused() throws IOException {
    refused(
        tar -> special(tar, TOP + "hard", TarConstants.LF_LINK, TOP + "absent"),
        "leads to no file of it");
    refused(
        tar -> special(tar, TOP + "hard", TarConstants.LF_LINK, "../../etc/passwd"),
        "leads out of its folder");
  }

  @ParameterizedTest
  @ValueSource(bytes = {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO})
  void device_or_pipe_is_refused(byte type) throws IOException {
    refused(
        tar -> special(tar, TOP + "dev", type, ""), "is neither a file nor a folder nor a link");
  }

  @Test
  void name_that_is_there_twice_is_refused() throws IOException {
    refused(tar -> file(tar, TOP + "blender", 0755, "another"), "is in it twice");
    refused(tar -> file(tar, TOP + "blender/inside", 0755, "another"), "is in it twice");
  }

  @Test
  void bomb_is_refused_at_its_bound() throws IOException {
    String zeros = "0".repeat(1 << 20);
    Path archive =
        tar(
            tar -> {
              program(tar);
              for (int i = 0; i < 8; i++) {
                file(tar, TOP + "zeros" + i, 0644, zeros);
              }
            });
    assertThat(Files.size(archive)).isLessThan(100_000);
    refused(archive, new ArchiveLimits(4 << 20, 100), "more than 4 MiB of files");
    refused(archive, new ArchiveLimits(64 << 20, 5), "more than 5 files");
  }

  @Test
  void folders_without_end_are_refused() throws IOException {
    refused(tar -> file(tar, "d/".repeat(65) + "file", 0644, "x"), "more than 64 deep");
  }

  @Test
  void archive_without_program_or_with_two_is_refused() throws IOException {
    refused(
        tar(tar -> file(tar, TOP + "readme", 0644, "x")), ArchiveLimits.USUAL, "holds no program");
    refused(
        tar(tar -> file(tar, TOP + "deep/er/blender", 0755, "x")),
        ArchiveLimits.USUAL,
        "holds no program");
    refused(tar -> file(tar, "other/blender", 0755, "x"), "holds more than one program");
    refused(
        tar(
            tar -> {
              file(tar, TOP + "real", 0755, "x");
              link(tar, TOP + "blender", "real");
            }),
        ArchiveLimits.USUAL,
        "holds no program");
  }

  @Test
  void damaged_archive_or_none_is_refused() throws IOException {
    Path whole = tar(ArchiveUnpackerTest::asTheMakersDoIt);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(root.resolve("cut"), Arrays.copyOf(bytes, bytes.length / 2));
    refused(cut, ArchiveLimits.USUAL, "is damaged");
    byte[] flipped = bytes.clone();
    flipped[bytes.length - 6] ^= 1; // in the checksum
    refused(Files.write(root.resolve("flipped"), flipped), ArchiveLimits.USUAL, "is damaged");
    refused(Files.writeString(root.resolve("text"), "hello"), ArchiveLimits.USUAL, "It is no .tar");
    refused(Files.writeString(root.resolve("empty"), ""), ArchiveLimits.USUAL, "It is no .tar");
  }
}

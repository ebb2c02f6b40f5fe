package blenderer.renderers.builds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildFilesTest {

  @TempDir Path root;

  private Path portable(String name) throws IOException {
    Path folder = Files.createDirectories(root.resolve(name));
    Files.writeString(folder.resolve("blender"), "program");
    Files.createDirectories(folder.resolve("4.2/scripts"));
    Files.writeString(folder.resolve("4.2/scripts/a.py"), "a = 1");
    Files.writeString(folder.resolve("libjpeg.so.1"), "library");
    Files.createSymbolicLink(folder.resolve("libjpeg.so"), Path.of("libjpeg.so.1"));
    return folder;
  }

  private static BuildFiles files(Path folder) throws IOException {
    return BuildFiles.of(folder.resolve("blender"), List.of(folder.resolve("4.2")));
  }

  @Test
  void same_files_are_the_same_build_wherever_and_whenever_they_were_unpacked() throws IOException {
    Path one = portable("one");
    Path other = portable("deep/other");
    Files.setLastModifiedTime(other.resolve("blender"), FileTime.fromMillis(1_000));
    Files.createDirectories(other.resolve("4.2/scripts/__pycache__"));
    Files.writeString(other.resolve("4.2/scripts/__pycache__/a.pyc"), "compiled");
    assertThat(files(one).digest()).isEqualTo(files(other).digest()).hasSize(64);
    assertThat(files(one).stamp()).isNotEqualTo(files(other).stamp());
  }

  @Test
  void any_byte_name_or_link_makes_another_build() throws IOException {
    Path folder = portable("one");
    String before = files(folder).digest();
    Files.writeString(folder.resolve("libjpeg.so.1"), "Library");
    String changed = files(folder).digest();
    Files.delete(folder.resolve("libjpeg.so"));
    Files.createSymbolicLink(folder.resolve("libjpeg.so"), Path.of("blender"));
    String relinked = files(folder).digest();
    Files.move(folder.resolve("4.2/scripts/a.py"), folder.resolve("4.2/scripts/b.py"));
    assertThat(List.of(before, changed, relinked, files(folder).digest())).doesNotHaveDuplicates();
  }

  @Test
  void program_among_others_is_digested_with_its_resources_and_without_the_others()
      throws IOException {
    Path bin = Files.createDirectories(root.resolve("usr/bin"));
    Path share = Files.createDirectories(root.resolve("usr/share/blender/scripts"));
    Files.writeString(bin.resolve("blender"), "program");
    Files.writeString(share.resolve("a.py"), "a = 1");
    Path link = Files.createSymbolicLink(root.resolve("blender"), bin.resolve("blender"));
    String before = BuildFiles.of(link, List.of(share.getParent())).digest();
    Files.writeString(bin.resolve("another"), "something else");
    assertThat(BuildFiles.of(link, List.of(share.getParent())).digest()).isEqualTo(before);
    Files.writeString(share.resolve("a.py"), "a = 2");
    assertThat(BuildFiles.of(link, List.of(share.getParent())).digest()).isNotEqualTo(before);
  }

  @Test
  void unchanged_build_is_not_read_again_and_a_damaged_memory_of_it_is() throws IOException {
    Path folder = portable("one");
    Path memory = root.resolve("builds");
    String digest = new BuildCache(memory).digest(files(folder));
    assertThat(digest).isEqualTo(files(folder).digest());
    // Other bytes under the same name, size and time: only who reads them could tell.
    FileTime time = Files.getLastModifiedTime(folder.resolve("blender"));
    Files.writeString(folder.resolve("blender"), "PROGRAM");
    Files.setLastModifiedTime(folder.resolve("blender"), time);
    assertThat(new BuildCache(memory).digest(files(folder))).isEqualTo(digest);
    Files.writeString(memory, "rubbish\n" + files(folder).stamp() + " no-digest\n");
    assertThat(new BuildCache(memory).digest(files(folder))).isNotEqualTo(digest);
  }
}

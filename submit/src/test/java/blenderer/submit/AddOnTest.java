package blenderer.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AddOnTest {

  @TempDir Path folder = Path.of("");

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "# " + name);
  }

  private Path zip(Map<String, String> entries) throws IOException {
    Path zip = folder.resolve("addon.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return zip;
  }

  private AddOn read(Path place) {
    return AddOn.read(place, folder.resolve("cache"));
  }

  @Test
  void a_file_is_an_add_on() throws IOException {
    AddOn addOn = read(file("tint.py"));
    assertThat(addOn.name()).isEqualTo("tint");
    assertThat(addOn.files().keySet()).containsExactly(".blenderer/addons/tint.py");
  }

  @Test
  void a_folder_is_an_add_on_without_what_python_and_git_leave_in_it() throws IOException {
    file("my-addon/__init__.py");
    file("my-addon/parts/data.json");
    file("my-addon/__pycache__/x.pyc");
    file("my-addon/.git/config");
    AddOn addOn = read(folder.resolve("my-addon"));
    assertThat(addOn.name()).isEqualTo("my-addon");
    assertThat(addOn.files().keySet())
        .containsExactlyInAnyOrder(
            ".blenderer/addons/my-addon/__init__.py", ".blenderer/addons/my-addon/parts/data.json");
  }

  @Test
  void a_zip_holds_a_folder_or_an_extension() throws IOException {
    AddOn old = read(zip(Map.of("grid/__init__.py", "", "grid/a.py", "")));
    assertThat(old.name()).isEqualTo("grid");
    assertThat(old.files()).hasSize(2);
    AddOn extension =
        read(zip(Map.of("__init__.py", "", "blender_manifest.toml", "id = \"my_ext\"\n")));
    assertThat(extension.name()).isEqualTo("my_ext");
    assertThat(extension.source().getFileName()).hasToString("my_ext");
    assertThat(extension.files().keySet()).contains(".blenderer/addons/my_ext/__init__.py");
    assertThat(read(folder.resolve("addon.zip"))).isEqualTo(extension);
  }

  @Test
  void what_is_no_add_on_is_refused() throws IOException {
    file("empty/readme.txt");
    for (Path place :
        new Path[] {
          folder.resolve("empty"),
          folder.resolve("nothing"),
          file("two words.py"),
          zip(Map.of("../outside.py", ""))
        }) {
      SubmitException e = catchThrowableOfType(SubmitException.class, () -> read(place));
      assertThat(e.code()).as("%s", place).isEqualTo("addon-unusable");
    }
    assertThat(folder.resolve("outside.py")).doesNotExist();
    assertThat(folder.resolveSibling("outside.py")).doesNotExist();
  }
}

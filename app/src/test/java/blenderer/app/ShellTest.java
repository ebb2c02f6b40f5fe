package blenderer.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell parts, run against programs that only play apt, sudo and a JDK. */
final class ShellTest {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final String NEED =
      ". '"
          + CHECKOUT.resolve("app/src/dist/lib/packages.sh")
          + "'; need_debian_packages blender x";
  private static final String FIND_JDK =
      ". '" + CHECKOUT.resolve("build-tools/jdk.sh") + "'; find_jdk25; echo \"$jdk\"";

  @TempDir private Path folder;
  private Path bin;
  private Path calls;

  @BeforeEach
  void an_empty_stage() throws IOException {
    bin = Files.createDirectory(folder.resolve("bin"));
    calls = Files.createFile(folder.resolve("calls"));
    play("dpkg-query", "exit 1");
    play("apt-get", "echo \"$@\" >>" + calls);
    play("sudo", "exit 1");
    play("id", "echo 0");
  }

  @Test
  void installed_packages_cost_no_call_of_apt() throws Exception {
    play("dpkg-query", "printf 'ii '");
    Run run = sh(NEED);
    assertThat(run.code()).isZero();
    assertThat(run.text()).isEmpty();
    assertThat(Files.readString(calls)).isEmpty();
  }

  @Test
  void root_installs_at_once_after_saying_what() throws Exception {
    Run run = sh(NEED);
    assertThat(run.code()).isZero();
    assertThat(run.text()).contains("installing with apt: blender x");
    assertThat(Files.readAllLines(calls)).singleElement().asString().endsWith("blender x");
  }

  @Test
  void only_what_is_missing_is_installed() throws Exception {
    play("dpkg-query", "[ \"$4\" = x ] || printf 'ii '");
    assertThat(sh(NEED).code()).isZero();
    assertThat(Files.readString(calls)).endsWith(" x\n").doesNotContain("blender");
  }

  @Test
  void absent_lists_are_fetched_and_the_installation_tried_again() throws Exception {
    play(
        "apt-get",
        "echo \"$1\" >>"
            + calls
            + "; [ \"$1\" = update ] || grep -q update "
            + calls
            + " || exit 100");
    assertThat(sh(NEED).code()).isZero();
    assertThat(Files.readAllLines(calls)).containsExactly("install", "update", "install");
  }

  @Test
  void a_failing_apt_is_shown_with_the_command_to_try() throws Exception {
    play("apt-get", "echo 'E: no such package'; exit 100");
    Run run = sh(NEED);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.text()).contains("E: no such package", "apt could not install: blender x");
  }

  @Test
  void without_root_the_command_to_type_is_said() throws Exception {
    play("id", "echo 1000");
    Run run = sh(NEED);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.text()).contains("sudo apt-get install blender x");
    assertThat(Files.readString(calls)).isEmpty();
  }

  @Test
  void a_named_jdk_of_the_wrong_version_is_refused_with_its_folder() throws Exception {
    Path jdk = jdk("17.0.13");
    Run run = sh("BLENDERER_JDK='" + jdk + "'; " + FIND_JDK);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.text()).contains("BLENDERER_JDK is " + jdk).contains("no complete JDK 25");
  }

  @Test
  void a_jdk_25_is_known_by_its_release_file() throws Exception {
    for (String version : List.of("25", "25.0.3")) {
      Path jdk = jdk(version);
      Run run = sh("BLENDERER_JDK='" + jdk + "'; " + FIND_JDK);
      assertThat(run.code()).as(version).isZero();
      assertThat(run.text()).isEqualTo(jdk + "\n");
    }
  }

  @Test
  void a_runtime_without_a_compiler_is_no_jdk() throws Exception {
    Path jdk = jdk("25.0.3");
    Files.delete(jdk.resolve("bin/javac"));
    assertThat(sh("BLENDERER_JDK='" + jdk + "'; " + FIND_JDK).code()).isEqualTo(2);
  }

  @Test
  void the_runtime_can_open_files_of_any_name_in_any_locale() throws Exception {
    Path launcher = folder.resolve("dist/bin/blenderer");
    Path java = folder.resolve("dist/runtime/bin/java");
    Files.createDirectories(launcher.getParent());
    Files.createDirectories(java.getParent());
    Files.copy(CHECKOUT.resolve("app/src/dist/bin/blenderer"), launcher);
    write(java, "echo \"locale ${LC_ALL:-as it was}\"");
    assertThat(sh("sh " + launcher).text()).isEqualTo("locale C.UTF-8\n");
    assertThat(sh("LANG=C sh " + launcher).text()).isEqualTo("locale C.UTF-8\n");
    assertThat(sh("LANG=de_DE.UTF-8 LC_ALL=POSIX sh " + launcher).text())
        .isEqualTo("locale C.UTF-8\n");
    assertThat(sh("LANG=de_DE.UTF-8 sh " + launcher).text()).isEqualTo("locale as it was\n");
    assertThat(sh("LANG=C LC_CTYPE=en_GB.utf8 sh " + launcher).text())
        .isEqualTo("locale as it was\n");
  }

  private Path jdk(String version) throws IOException {
    Path jdk = Files.createDirectories(folder.resolve("jdk-" + version));
    Files.createDirectories(jdk.resolve("bin"));
    write(jdk.resolve("bin/javac"), "");
    write(jdk.resolve("bin/jlink"), "");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  private void play(String program, String script) throws IOException {
    write(bin.resolve(program), script);
  }

  private static void write(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private record Run(int code, String text) {}

  private Run sh(String script) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", bin + ":/usr/bin:/bin");
    builder.environment().put("TMPDIR", folder.toString());
    Path output = folder.resolve("output");
    Process process = builder.redirectOutput(output.toFile()).start();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the shell did not end: " + script);
    }
    return new Run(process.exitValue(), Files.readString(output, UTF_8));
  }
}

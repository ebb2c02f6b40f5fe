package blenderer.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.node.os.ProcessControl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a box is built of, on a computer of folders. */
class BubblewrapLineTest {

  @TempDir Path root;

  private BoxPlan plan = new BoxPlan("", mark(), Path.of("/"), List.of(), List.of());

  private static ProcessControl.Mark mark() {
    return new ProcessControl.Mark("BLENDERER_SESSION", "s");
  }

  @BeforeEach
  void prepare() throws Exception {
    Files.createDirectories(root.resolve("usr/bin"));
    Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
    Files.createDirectories(root.resolve("etc/fonts"));
    Files.createFile(root.resolve("etc/shadow"));
    Files.createFile(root.resolve("etc/resolv.conf"));
    Files.createDirectories(root.resolve("dev"));
    plan = new BoxPlan("s", mark(), root.resolve("work"), List.of(), List.of());
  }

  private String line(boolean network, boolean nesting) throws Exception {
    return String.join(
        " ", new BubblewrapLine(root, "/usr/bin/bwrap", network, nesting, 4096).of(plan));
  }

  @Test
  void the_line_is_this() throws Exception {
    assertThat(line(false, false).replace(root.toRealPath().toString(), "ROOT"))
        .isEqualTo(
            "/usr/bin/bwrap --unshare-user --unshare-pid --unshare-ipc --unshare-uts"
                + " --unshare-cgroup-try --new-session --die-with-parent --disable-userns"
                + " --unshare-net --cap-drop ALL --ro-bind ROOT/usr /usr --symlink usr/bin /bin"
                + " --ro-bind ROOT/etc/fonts /etc/fonts --proc /proc --remount-ro /proc --dev /dev"
                + " --perms 1777 --size 4096 --tmpfs /dev/shm --remount-ro /dev"
                + " --perms 1777 --size 4096 --tmpfs /tmp --symlink ../tmp /var/tmp"
                + " --bind ROOT/work ROOT/work --remount-ro / --chdir / --");
  }

  @Test
  void the_network_comes_with_the_names_of_hosts() throws Exception {
    assertThat(line(true, false)).contains("/etc/resolv.conf").doesNotContain("--unshare-net");
    assertThat(line(false, true)).doesNotContain("--disable-userns");
  }

  @Test
  void graphics_cards_are_there_where_there_are_any() throws Exception {
    Files.createDirectory(root.resolve("dev/dri"));
    Files.createFile(root.resolve("dev/nvidia0"));
    Files.createFile(root.resolve("dev/sda"));
    Files.createDirectories(root.resolve("sys/dev/char"));
    assertThat(line(false, false))
        .contains("/dri /dev/dri", "/nvidia0 /dev/nvidia0", "/sys/dev/char")
        .doesNotContain("sda");
  }

  @Test
  void a_program_is_shown_with_its_folder_but_never_with_what_must_stay_hidden() throws Exception {
    Path home = Files.createDirectories(root.resolve("home/ann")).toRealPath();
    Path program = Files.createFile(Files.createDirectory(home.resolve("app")).resolve("blender"));
    assertThat(BoxPlan.readableFor(program, List.of(home))).containsExactly(home.resolve("app"));
    Path link = Files.createSymbolicLink(home.resolve("blender"), program);
    assertThat(BoxPlan.readableFor(link, List.of(home))).containsExactly(home.resolve("app"), link);
    Path bare = Files.createFile(home.resolve("bare"));
    assertThat(BoxPlan.readableFor(bare, List.of(home))).containsExactly(bare);
    assertThat(BoxPlan.readableFor(home.resolve("absent"), List.of(home))).isEmpty();
  }
}

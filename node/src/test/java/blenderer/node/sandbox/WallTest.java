package blenderer.node.sandbox;

import static blenderer.node.sandbox.BoxRig.until;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a session can see, write and reach. */
class WallTest {

  @TempDir Path data;

  private BoxRig rig(boolean network) throws Exception {
    return new BoxRig(data, BoxRig.WIDE, network);
  }

  @Test
  void the_nodes_key_and_folder_other_sessions_and_homes_are_not_there() throws Exception {
    Path other = Files.createDirectories(data.toRealPath().resolve("sessions/other"));
    Files.writeString(other.resolve("scene"), "another's");
    try (BoxRig rig = rig(false)) {
      BoxRig.Ran ran =
          rig.run(
              "cat '%s'; ls '%s' '%s'; ls -A /root /home; ls '%s'; cat /etc/shadow; ls /run /var/lib; exit 0"
                  .formatted(
                      rig.secret,
                      rig.data,
                      rig.data.resolve("sessions"),
                      System.getProperty("user.home")));
      assertThat(ran.output())
          .contains("connection: No such file", "shadow: No such file", "'/home': No such file")
          .doesNotContain("the node's key", "other", "root:");
      assertThat(ran.output()).contains(rig.data + ":\nsessions\n");
    }
  }

  @Test
  void only_the_sessions_own_folder_and_scratch_folders_can_be_written() throws Exception {
    try (BoxRig rig = rig(false)) {
      BoxRig.Ran ran =
          rig.run(
              "for f in / /usr /usr/bin /etc /dev /proc/sys/kernel /sys /var files; do true >$f/x"
                  + " && echo wrote $f; done; true >../x; true >../../x; true"
                  + " >>/proc/sys/kernel/core_pattern && echo wrote proc; echo evil >files/run.sh;"
                  + " mv files gone; rm -rf files; ln -sfn /etc files; for f in . /tmp /var/tmp"
                  + " /dev/shm; do true >$f/x && echo can $f; done");
      assertThat(ran.output())
          .contains("can .\n", "can /tmp\n", "can /var/tmp\n", "can /dev/shm\n")
          .doesNotContain("wrote");
      assertThat(rig.data.resolve("x")).doesNotExist();
      assertThat(rig.data.resolve("sessions/x")).doesNotExist();
      assertThat(rig.input.resolve("run.sh")).hasContent("echo from the node");
      assertThat(rig.input).isDirectoryContaining(file -> file.endsWith("run.sh"));
    }
  }

  @Test
  void nobody_gains_rights_and_there_are_no_namespaces_to_be_made() throws Exception {
    try (BoxRig rig = rig(false)) {
      BoxRig.Ran ran =
          rig.run(
              "grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; mount -t tmpfs none /tmp;"
                  + " mknod here b 7 0; unshare -r true; chroot / true; exit 0");
      assertThat(ran.output())
          .containsPattern("CapEff:\\s+0000000000000000")
          .containsPattern("CapBnd:\\s+0000000000000000")
          .containsPattern("NoNewPrivs:\\s+1");
      assertThat(rig.folder.resolve("here")).doesNotExist();
    }
  }

  @Test
  void the_network_is_there_only_if_the_owner_says_so() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      String call =
          "python3 -c 'import urllib.request; urllib.request.urlopen(\"http://127.0.0.1:"
              + server.getAddress().getPort()
              + "/\", timeout=5)'";
      try (BoxRig rig = rig(false)) {
        BoxRig.Ran ran = rig.run(call);
        assertThat(ran.exit()).isNotZero();
        assertThat(ran.output()).contains("Connection refused");
      }
    } finally {
      server.stop(0);
    }
  }

  @Test
  void other_processes_are_neither_seen_nor_reached() throws Exception {
    long own = ProcessHandle.current().pid();
    try (BoxRig rig = rig(false)) {
      BoxRig.Ran ran =
          rig.run(
              "ls -d /proc/[0-9]* | wc -l; cat /proc/*/cmdline | tr '\\0' ' '; kill -0 %d; kill -9 %d;"
                      .formatted(own, own)
                  + " exit 0");
      assertThat(ran.output()).doesNotContain("java");
      assertThat(ran.output()).containsPattern("^[0-9]\n");
    }
  }

  @Test
  void what_one_action_leaves_lives_on_and_can_be_ended_by_the_next() throws Exception {
    try (BoxRig rig = rig(false)) {
      rig.run("sleep 1000 & echo $! >daemon");
      assertThat(rig.run("kill -0 $(cat daemon) && echo there").output()).contains("there");
      rig.run("kill $(cat daemon)");
      until(() -> rig.outside.marked(rig.mark).isEmpty());
    }
  }

  @Test
  void a_daemon_that_hides_in_a_group_of_its_own_without_a_mark_dies_with_the_box()
      throws Exception {
    String name = "sleep-" + System.nanoTime();
    try (BoxRig rig = rig(false)) {
      rig.run(
          "cp /usr/bin/sleep ./%s; (setsid env -i ./%s 1000 &) & sleep 0.2".formatted(name, name));
      assertThat(alive(name)).isTrue();
    }
    assertThat(alive(name)).isFalse();
  }

  @Test
  void a_node_that_is_killed_leaves_nothing_of_its_sessions() throws Exception {
    Path node = data.toRealPath();
    Path folder = Files.createDirectories(node.resolve("sessions/doomed"));
    Path output = Files.createFile(folder.resolve("printed"));
    String name = "sleep-" + System.nanoTime();
    Process doomed =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "blenderer.node.sandbox.Doomed",
                node.toString(),
                folder.toString(),
                output.toString(),
                "cp /usr/bin/sleep ./%s; (setsid env -i ./%s 1000 &) & sleep 1000"
                    .formatted(name, name))
            .redirectErrorStream(true)
            .redirectOutput(node.resolve("doomed.log").toFile())
            .start();
    try {
      until(() -> alive(name));
    } finally {
      doomed.destroyForcibly();
    }
    until(() -> !alive(name));
    ProcessControl.Mark mark = new ProcessControl.Mark("BLENDERER_NODE", node.toString());
    LinuxProcessControl control = new LinuxProcessControl();
    until(() -> control.marked(mark).isEmpty());
    Sandboxes.groups(node); // as the node's next start would, this removes what is left of groups
    assertThat(node.resolve("doomed.log")).content().startsWith("bubblewrap: ");
  }

  private static boolean alive(String name) {
    return ProcessHandle.allProcesses()
        .anyMatch(one -> one.info().command().orElse("").endsWith(name));
  }

  @Test
  void killing_everything_it_can_reach_ends_only_the_session_and_the_next_action_runs()
      throws Exception {
    try (BoxRig rig = rig(false)) {
      assertThat(rig.run("kill -9 -1; sleep 100").exit()).isEqualTo(137);
      assertThat(rig.run("echo again").output()).isEqualTo("again\n");
    }
  }

  @Test
  void a_session_that_stops_its_own_shell_is_ended_all_the_same() throws Exception {
    try (BoxRig rig = rig(false)) {
      RunningAction action = rig.start("kill -STOP 2; sleep 1000");
      until(() -> !rig.outside.marked(rig.mark).isEmpty());
      action.kill();
      until(
          () -> {
            try {
              return action.await(Duration.ofMillis(50)).isPresent();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      assertThat(rig.outside.marked(rig.mark)).isEmpty();
    }
  }

  @Test
  void words_with_quotes_newlines_and_dollars_arrive_unchanged() throws Exception {
    String odd = "a'b\"c\n$(id)\\ `id`\t;*";
    try (BoxRig rig = rig(false)) {
      RunningAction action =
          rig.box()
              .control()
              .start(
                  new ProcessControl.Command(
                      List.of("sh", "-c", "printf '%s|%s' \"$1\" \"$ODD\" >got", "sh", odd),
                      Map.of("PATH", "/usr/bin:/bin", "ODD", odd),
                      rig.folder,
                      Files.createFile(rig.folder.resolve("o'ut"))));
      assertThat(action.await(BoxRig.LONG).getAsInt()).isZero();
      assertThat(Files.readString(rig.folder.resolve("got"))).isEqualTo(odd + "|" + odd);
    }
  }
}

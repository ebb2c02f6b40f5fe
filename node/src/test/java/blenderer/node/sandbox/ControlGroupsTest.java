package blenderer.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both interfaces of control groups, on folders that look like the kernel's. */
class ControlGroupsTest {

  private static final Limits LIMITS = new Limits(1 << 30, 100, () -> 0);

  @TempDir Path system;

  private ControlGroups newer() throws IOException {
    Path me = Files.createDirectories(system.resolve("all/user/node"));
    Files.writeString(me.resolve("cgroup.controllers"), "cpu memory pids\n");
    return ControlGroups.find(
        "30 23 0:26 / " + system.resolve("all") + " rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n",
        "0::/user/node\n",
        77,
        "box-trial");
  }

  private ControlGroups older() throws IOException {
    Files.createDirectories(system.resolve("memory/node"));
    Files.createDirectories(system.resolve("pids"));
    Files.createDirectories(system.resolve("unified"));
    return ControlGroups.find(
        "30 23 0:26 / %1$s/cpu rw - cgroup cgroup rw,cpu\n31 23 0:27 / %1$s/memory rw - cgroup cgroup rw,memory\n32 23 0:28 /outer %1$s/pids rw - cgroup cgroup rw,pids\n33 23 0:29 / %1$s/unified rw - cgroup2 cgroup2 rw\n"
            .formatted(system),
        "9:memory:/node\n8:pids:/outer\n1:name=systemd:/\n0::/\n",
        77,
        "box-trial");
  }

  @Test
  void the_newer_interface_is_told_to_hand_on_and_holds_both_limits_in_one_group()
      throws Exception {
    ControlGroups groups = newer();
    Path me = system.resolve("all/user/node");
    assertThat(me.resolve("cgroup.subtree_control")).hasContent("+memory +pids");
    SessionGroup group = SessionGroup.make(groups, "box-1", LIMITS);
    Path made = me.resolve("box-1");
    assertThat(made.resolve("memory.max")).hasContent("1073741824");
    assertThat(made.resolve("pids.max")).hasContent("100");
    assertThat(group.doors()).containsExactly(made.resolve("cgroup.procs"));
  }

  @Test
  void the_newer_interface_tells_of_kills_and_refusals() throws Exception {
    SessionGroup group = SessionGroup.make(newer(), "box-1", LIMITS);
    Path made = system.resolve("all/user/node/box-1");
    assertThat(group.memoryKills()).isEmpty();
    Files.writeString(made.resolve("memory.events"), "low 0\nmax 9\noom 2\noom_kill 1\n");
    Files.writeString(made.resolve("pids.events"), "max 3\n");
    assertThat(group.memoryKills()).isEqualTo(OptionalLong.of(1));
    assertThat(group.refusedTasks()).isEqualTo(OptionalLong.of(3));
  }

  @Test
  void the_older_interface_has_a_group_for_each_limit_below_the_nodes_own() throws Exception {
    SessionGroup group = SessionGroup.make(older(), "box-1", LIMITS);
    Path memory = system.resolve("memory/node/box-1");
    Path tasks = system.resolve("pids/box-1");
    assertThat(memory.resolve("memory.limit_in_bytes")).hasContent("1073741824");
    assertThat(tasks.resolve("pids.max")).hasContent("100");
    assertThat(group.doors())
        .containsExactly(memory.resolve("cgroup.procs"), tasks.resolve("cgroup.procs"));
    Files.writeString(
        memory.resolve("memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n");
    Files.writeString(tasks.resolve("pids.events"), "max 0\n");
    assertThat(group.memoryKills()).isEqualTo(OptionalLong.of(4));
    assertThat(group.refusedTasks()).isEqualTo(OptionalLong.of(0));
  }

  @Test
  void what_an_earlier_run_left_is_removed_and_nothing_else() throws Exception {
    ControlGroups groups = older();
    Files.createDirectory(system.resolve("pids/box-old"));
    Files.createDirectory(system.resolve("memory/node/box-old"));
    Files.createDirectory(system.resolve("pids/others"));
    groups.sweep("box-");
    assertThat(system.resolve("pids")).isDirectoryContaining(file -> file.endsWith("others"));
    assertThat(system.resolve("pids/box-old")).doesNotExist();
    assertThat(system.resolve("memory/node/box-old")).doesNotExist();
  }

  @Test
  void a_system_without_control_groups_has_none_and_that_is_no_error() throws Exception {
    ControlGroups none =
        ControlGroups.find("22 1 254:0 / / rw - ext4 /dev/vda rw\n", "0::/\n", 1, "t");
    assertThat(none).isEqualTo(ControlGroups.NONE);
    SessionGroup group = SessionGroup.make(none, "box-1", LIMITS);
    assertThat(group.doors()).isEqualTo(List.of());
    assertThat(group.memoryKills()).isEmpty();
    assertThat(group.refusedTasks()).isEmpty();
  }

  @Test
  void an_interface_that_hands_on_nothing_is_not_used() throws Exception {
    Path me = Files.createDirectories(system.resolve("all"));
    Files.writeString(me.resolve("cgroup.controllers"), "cpu\n");
    assertThat(
            ControlGroups.find(
                "30 23 0:26 / " + me + " rw - cgroup2 cgroup2 rw\n", "0::/\n", 1, "t"))
        .isEqualTo(ControlGroups.NONE);
  }
}

package blenderer.node.sandbox;

import static blenderer.node.sandbox.BoxRig.until;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Failure;
import blenderer.model.Permission;
import blenderer.model.RetryClass;
import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.RunningAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a session that wants too much; by control groups where there are any. */
class LimitsTest {

  private static final long MEMORY = 128L << 20;
  private static final long PROCESSES = 64;
  private static final long DISK = 48L << 20;

  @TempDir Path data;

  private BoxRig rig(boolean groups) throws Exception {
    return new BoxRig(data, new Limits(MEMORY, PROCESSES, () -> DISK), false, groups);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void memory_beyond_the_limit_ends_the_task_with_a_reason(boolean groups) throws Exception {
    try (BoxRig rig = rig(groups)) {
      BoxRig.Ran ran =
          rig.run(
              "python3 -c '\n"
                  + "import time\n"
                  + "kept=[]\n"
                  + "for i in range(100):\n"
                  + " kept.append(bytearray(b\"x\"*8000000)); time.sleep(0.02)\n"
                  + "print(\"had it\")'");
      assertThat(ran.output()).doesNotContain("had it");
      assertThat(ran.breach())
          .contains(
              new Failure(
                  "out-of-memory",
                  "The task needed more than the 128 MiB of memory that a session has on this node"
                      + " (--memory-limit).",
                  RetryClass.ELSEWHERE));
      assertThat(rig.run("echo works on").output()).isEqualTo("works on\n");
    }
  }

  @Test
  @Tag("slow")
  void a_session_without_a_wall_has_the_same_limits() throws Exception {
    LinuxProcessControl outside = new LinuxProcessControl();
    Path folder = data.toRealPath();
    Path output = Files.createFile(folder.resolve("printed"));
    ProcessControl.Mark mark =
        new ProcessControl.Mark("BLENDERER_SESSION", UUID.randomUUID().toString());
    Sandbox off =
        Sandboxes.find(
            outside,
            new ProcessControl.Mark("BLENDERER_NODE", folder.toString()),
            folder,
            new Sandboxes.Wish(false, true, new Limits(MEMORY, PROCESSES, () -> DISK)));
    assertThat(off.status().toString()).startsWith("off: Sessions run without a sandbox");
    assertThat(off.status().permits(true)).isEqualTo(Permission.COMMANDS);
    try (SessionBox box = off.open(new BoxPlan("plain", mark, folder, List.of(), List.of()))) {
      RunningAction action =
          box.control()
              .start(
                  new ProcessControl.Command(
                      List.of("sh", "-c", "for i in $(seq 100); do sleep 30 & done; sleep 30"),
                      Map.of("PATH", "/usr/bin:/bin", mark.name(), mark.value()),
                      folder,
                      output));
      assertThat(action.await(BoxRig.LONG)).isPresent();
      assertThat(action.breach().map(Failure::code)).contains("too-many-processes");
    }
    assertThat(outside.marked(mark)).isEmpty();
  }

  @Test
  void a_hundred_gigabytes_at_once_are_refused_or_ended() throws Exception {
    try (BoxRig rig = rig(true)) {
      BoxRig.Ran ran = rig.run("python3 -c 'x=bytearray(100_000_000_000); print(\"had it\")'");
      assertThat(ran.output()).doesNotContain("had it");
      assertThat(ran.exit()).isNotZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void more_processes_than_allowed_end_the_task_with_a_reason(boolean groups) throws Exception {
    try (BoxRig rig = rig(groups)) {
      // Bounded, should the limit not hold.
      BoxRig.Ran ran =
          rig.run("i=0; while [ $i -lt 150 ]; do sleep 30 & i=$((i+1)); done; echo all; sleep 30");
      assertThat(ran.code()).isEqualTo("too-many-processes");
      assertThat(ran.breach().orElseThrow().message())
          .isEqualTo(
              "The task started more than the 64 processes and threads that a session has on this"
                  + " node (--process-limit).");
      until(() -> rig.outside.marked(rig.mark).isEmpty());
      assertThat(rig.run("echo works on").output()).isEqualTo("works on\n");
    }
  }

  /** A session of many short tasks is no session of many processes. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_action_that_has_ended_is_no_process_any_more(boolean groups) throws Exception {
    try (BoxRig rig = rig(groups)) {
      for (int i = 0; i < 2 * PROCESSES; i++) {
        assertThat(rig.run("echo " + i).output()).isEqualTo(i + "\n");
      }
      assertThat(rig.run("set -- /proc/[0-9]*; echo $#").output().strip()).matches("[0-9]");
    }
  }

  @Test
  void a_fork_bomb_is_over_soon_and_leaves_nothing() throws Exception {
    try (BoxRig rig = rig(true)) {
      long begun = System.nanoTime();
      BoxRig.Ran ran = rig.run("b() { b | b & }; b; sleep 60");
      assertThat(ran.code()).isEqualTo("too-many-processes");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
      until(() -> rig.outside.marked(rig.mark).isEmpty());
    }
  }

  @Test
  @Tag("slow")
  void a_full_workspace_ends_the_task_with_a_reason() throws Exception {
    try (BoxRig rig = rig(true)) {
      // What lies there when the session begins is not its own.
      Files.write(rig.folder.resolve("scene"), new byte[60 << 20]);
      assertThat(rig.run("sleep 1").code()).isEqualTo("none");
      BoxRig.Ran ran =
          rig.run(
              "i=0; while [ $i -lt 200 ]; do head -c 1000000 /dev/zero >f$i; i=$((i+1));"
                  + " sleep 0.02; done; sleep 60");
      assertThat(ran.code()).isEqualTo("workspace-full");
      assertThat(ran.breach().orElseThrow().message())
          .isEqualTo(
              "The task wrote more than the 48 MiB of disk that a session has on this node"
                  + " (--disk-limit).");
    }
  }

  @Test
  void scratch_folders_have_a_size_and_open_files_a_number() throws Exception {
    try (BoxRig rig = rig(true)) {
      BoxRig.Ran ran =
          rig.run(
              "for f in /tmp /dev/shm; do head -c 40000000 /dev/zero >$f/x || echo full $f; rm"
                  + " $f/x; done; ulimit -n; exit 0");
      assertThat(ran.output())
          .contains("full /tmp\n", "full /dev/shm\n")
          .containsPattern("\n[0-9]+\n$");
    }
  }

  @Test
  void a_limit_hit_between_two_actions_is_the_next_ones_failure() throws Exception {
    try (BoxRig rig = rig(true)) {
      assertThat(
              rig.run(
                      "(sleep 0.5; i=0; while [ $i -lt 150 ]; do sleep 30 & i=$((i+1)); done) &"
                          + " exit 0")
                  .code())
          .isEqualTo("none");
      until(() -> !rig.outside.marked(rig.mark).isEmpty());
      until(() -> rig.outside.marked(rig.mark).isEmpty());
      RunningAction next = rig.start("echo on");
      assertThat(next.await(BoxRig.LONG)).isPresent();
      assertThat(next.breach().map(Failure::code)).contains("too-many-processes");
    }
  }
}

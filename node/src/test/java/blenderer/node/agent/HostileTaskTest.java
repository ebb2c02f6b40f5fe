package blenderer.node.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.NodeSync;
import blenderer.cas.ManifestCodec;
import blenderer.model.Digest;
import blenderer.model.Manifest;
import blenderer.model.Renderer;
import blenderer.node.cache.DiskRoom;
import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.session.SessionPlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes with hostile jobs, in the real sandbox: needs bubblewrap. */
@Tag("slow")
class HostileTaskTest {

  @TempDir Path data;

  private final MemoryFarm farm = new MemoryFarm();
  private final LinuxProcessControl control;
  private @Nullable AgentRig rig;

  HostileTaskTest() throws Exception {
    control = new LinuxProcessControl();
  }

  @AfterEach
  void stop() throws Exception {
    AgentRig now = rig;
    if (now != null) {
      now.stop();
    }
    assertThat(
            control.marked(
                new ProcessControl.Mark(SessionPlan.NODE_MARK, data.toRealPath().toString())))
        .isEmpty();
  }

  private void start(ShellKit kit, int leases) throws Exception {
    Digest scene = farm.blob("a scene");
    Digest manifest =
        farm.blob(
            new String(
                ManifestCodec.encode(
                    new Manifest(List.of(new Manifest.Entry("scene.txt", scene, 7)))),
                StandardCharsets.UTF_8));
    for (int i = 0; i < leases; i++) {
      farm.grant(
          "lease" + i,
          new NodeSync.Grant(
              "job",
              "job",
              0,
              "render",
              kit.template().hex(),
              manifest.hex(),
              Map.of(),
              List.of(),
              List.of(),
              List.of(new NodeSync.GrantedTask(i, 1, 1)),
              null,
              null));
    }
    rig =
        AgentRig.start(
            data,
            1,
            farm,
            DiskRoom.of(data, 0),
            kit,
            new InstalledRenderer(new Renderer("shell", "1.0", List.of()), Path.of("/bin/sh")),
            true);
    AgentRig.until(() -> farm.reports().size() >= leases);
  }

  private NodeSync.Report report(int index) {
    return farm.reports().stream().filter(one -> one.index() == index).findFirst().orElseThrow();
  }

  @Test
  void results_that_are_links_pipes_or_devices_are_refused_and_the_node_works_on()
      throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            """
            f=${FRAMES} p=$f.txt
            case $f in
              1) ln -s /etc/shadow $OUT/1.txt ;;
              2) mkfifo $OUT/2.txt ;;
              3) ln -s /dev/zero $OUT/3.txt ;;
              4) ln -s /etc $OUT/d; p=d/passwd ;;
              5) mkdir $OUT/5.txt ;;
              6) echo END >$OUT/6.txt ;;
            esac
            echo "blenderer_done: $f [\\"$p\\"]"
            """);
    start(kit, 6);
    for (int i = 0; i < 5; i++) {
      NodeSync.Report report = report(i);
      assertThat(requireNonNull(report.failure()).code()).isIn("output-outside", "no-output");
      assertThat(report.files()).isEmpty();
    }
    assertThat(report(5).outcome()).isEqualTo("succeeded");
  }

  @Test
  void results_too_large_or_too_many_to_be_taken_are_refused_at_once() throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            """
            f=${FRAMES} p=$f.txt
            case $f in
              1) truncate -s 8T $OUT/1.txt; echo "blenderer_done: 1 [\\"1.txt\\"]" ;;
              2) mkdir $OUT/many; cd $OUT/many; seq 20001 | split -l 1 -a 4; cd .. ;;
              3) echo END >$OUT/3.txt; echo "blenderer_done: 3 [\\"3.txt\\"]" ;;
            esac
            """);
    start(kit, 3);
    assertThat(requireNonNull(report(0).failure()).code()).isEqualTo("workspace-full");
    assertThat(requireNonNull(report(1).failure()).code()).isEqualTo("too-many-outputs");
    assertThat(report(2).outcome()).isEqualTo("succeeded");
  }

  @Test
  void what_a_task_does_to_its_inputs_reaches_neither_the_cache_nor_the_next_session()
      throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            """
            f=${FRAMES}
            { cat $SCENE; echo; ls -A /root /home %s; echo END; } >$OUT/$f.txt 2>&1
            chmod 777 $SCENE; echo evil >$SCENE
            echo "blenderer_done: $f [\\"$f.txt\\"]"
            [ $f != 1 ] || exit 1
            """
                .formatted(data.toRealPath()));
    start(kit, 2);
    for (int i = 0; i < 2; i++) {
      String seen = farm.text(report(i).files().getFirst().digest());
      assertThat(seen).startsWith("a scene\n").doesNotContain("cache", "outbox", "evil");
    }
    assertThat(Files.readString(blob(Digest.of("a scene".getBytes(StandardCharsets.UTF_8)))))
        .isEqualTo("a scene");
  }

  private Path blob(Digest digest) throws Exception {
    try (var all = Files.walk(data.resolve("cache"))) {
      return all.filter(file -> String.valueOf(file.getFileName()).contains(digest.hex()))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void a_daemon_in_a_session_of_its_own_ends_with_the_job() throws Exception {
    String name = "sleep-" + System.nanoTime();
    ShellKit kit =
        ShellKit.rendering(
            """
            cp /usr/bin/sleep ./%s
            (setsid env -i ./%s 1000 >/dev/null 2>&1 &) &
            echo END >$OUT/1.txt
            echo "blenderer_done: 1 [\\"1.txt\\"]"
            """
                .formatted(name, name));
    start(kit, 1);
    assertThat(report(0).outcome()).isEqualTo("succeeded");
    requireNonNull(rig).stop();
    rig = null;
    assertThat(
            ProcessHandle.allProcesses()
                .noneMatch(one -> one.info().command().orElse("").endsWith(name)))
        .isTrue();
  }

  @Test
  void folders_made_hard_to_delete_are_deleted_all_the_same() throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            """
            i=0; while [ $i -lt 60 ]; do
              n=$(printf %0200d $i); mkdir $n; cd -P $n; i=$((i+1))
            done
            cd $TMPDIR; mkdir -p a/b; chmod 0 a
            echo END >$OUT/1.txt
            echo 'blenderer_done: 1 ["1.txt"]'
            """);
    start(kit, 1);
    requireNonNull(rig).stop();
    rig = null;
    assertThat(data.resolve("sessions")).isEmptyDirectory();
  }
}

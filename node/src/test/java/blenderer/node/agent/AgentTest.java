package blenderer.node.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.ApiException;
import blenderer.api.ConnectionString;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {

  private static final String EACH =
      """
      for f in $FRAMES; do
        echo rendering $f of $(cat $SCENE)
        printf 'frame %s\\nEND\\n' $f >$OUT/f_$f.txt
        echo "blenderer_done: $f [\\"f_$f.txt\\"]"
      done
      """;

  @TempDir Path data;
  @TempDir Path notes;

  private final LinuxProcessControl control;
  private final AtomicLong free = new AtomicLong(1L << 40);
  private MemoryFarm farm = new MemoryFarm();
  private Digest manifest = inputs(farm);
  private @Nullable AgentRig rig;

  AgentTest() throws Exception {
    control = new LinuxProcessControl();
  }

  private static Digest inputs(MemoryFarm farm) {
    Digest scene = farm.blob("a scene");
    return farm.blob(
        new String(
            ManifestCodec.encode(new Manifest(List.of(new Manifest.Entry("scene.txt", scene, 7)))),
            StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() throws Exception {
    stopAgent();
    assertThat(control.marked(mark())).isEmpty();
  }

  private ProcessControl.Mark mark() throws Exception {
    return new ProcessControl.Mark(SessionPlan.NODE_MARK, data.toRealPath().toString());
  }

  private void start(ShellKit kit) throws Exception {
    start(kit, 1);
  }

  private void start(ShellKit kit, int slots) throws Exception {
    rig =
        AgentRig.start(
            data,
            slots,
            farm,
            new DiskRoom(1000, free::get),
            kit,
            new InstalledRenderer(new Renderer("shell", "1.0", List.of()), Path.of("/bin/sh")),
            false);
  }

  /** Starts the node with a lease of the tasks 0 to {@code last}, which waits for {@code go}. */
  private ShellKit renderingOnceTold(int last) throws Exception {
    ShellKit kit = ShellKit.rendering(untilToldToGo() + EACH);
    start(kit);
    farm.grant("a", grant(kit, "job1", 0, last));
    AgentRig.until(() -> Files.exists(notes.resolve("up")));
    return kit;
  }

  /** Makes the file {@code up} and waits for {@code go}. */
  private String untilToldToGo() {
    return "echo up >" + notes + "/up; while [ ! -e " + notes + "/go ]; do sleep 0.02; done\n";
  }

  private NodeSync.Grant grant(ShellKit kit, String job, int first, int last) {
    List<NodeSync.GrantedTask> tasks = new ArrayList<>();
    for (int i = first; i <= last; i++) {
      tasks.add(new NodeSync.GrantedTask(i, 1, 1));
    }
    return new NodeSync.Grant(
        job,
        job,
        0,
        "render",
        kit.template().hex(),
        manifest.hex(),
        Map.of(),
        List.of(),
        List.of(),
        tasks,
        null,
        null);
  }

  private void untilReported(int count) throws InterruptedException {
    AgentRig.until(() -> farm.reports().size() >= count);
  }

  private NodeSync.Report report(int index) {
    return farm.reports().stream().filter(one -> one.index() == index).findFirst().orElseThrow();
  }

  private NodeSync.FailureInfo failure(int index) {
    return requireNonNull(report(index).failure());
  }

  private String log(NodeSync.Report report) {
    return farm.text(requireNonNull(report.log()));
  }

  private Optional<ApiException> stopAgent() throws Exception {
    AgentRig now = rig;
    return now == null ? Optional.empty() : now.stop();
  }

  @Test
  void a_task_takes_as_long_as_its_command_although_that_says_nothing_at_first() throws Exception {
    ShellKit kit = ShellKit.rendering("sleep 0.4\n" + EACH);
    farm.grant("01m82k4dvh--1", grant(kit, "job1", 0, 0));
    start(kit);
    untilReported(1);
    assertThat(report(0).outcome()).isEqualTo("succeeded");
    assertThat(report(0).endedAt() - report(0).startedAt()).isGreaterThanOrEqualTo(390);
  }

  @Test
  void every_task_of_a_lease_is_rendered_checked_uploaded_and_reported() throws Exception {
    ShellKit kit = ShellKit.rendering(EACH);
    farm.grant("01m82k4dvh--1", grant(kit, "job1", 0, 3));
    start(kit);
    untilReported(4);
    AgentRig.until(() -> !farm.hasLeases());
    for (int i = 0; i < 4; i++) {
      NodeSync.Report report = report(i);
      assertThat(report.outcome()).isEqualTo("succeeded");
      assertThat(report.files()).hasSize(1);
      assertThat(report.files().getFirst().path()).isEqualTo("f_" + (i + 1) + ".txt");
      assertThat(farm.text(report.files().getFirst().digest()))
          .isEqualTo("frame " + (i + 1) + "\nEND\n");
      assertThat(log(report)).contains("rendering " + (i + 1) + " of a scene");
      assertThat(report.renderer()).isEqualTo("shell 1.0");
      assertThat(report.endedAt()).isGreaterThanOrEqualTo(report.startedAt());
    }
    NodeSync.Request first = farm.requests().getFirst();
    assertThat(requireNonNull(first.facts()).renderers()).hasSize(1);
    assertThat(requireNonNull(first.facts()).templates()).containsExactly(kit.template().hex());
    assertThat(farm.requests().getLast().facts()).isNull();
    assertThat(farm.mostOverlapping()).isLessThanOrEqualTo(2);
  }

  @Test
  void a_session_stays_warm_for_leases_of_one_step_and_is_left_for_another_job() throws Exception {
    ShellKit kit =
        ShellKit.of(
            "echo in >>" + notes + "/n; (cat $BLENDERER_LEASH) >/dev/null 2>&1 &",
            "echo run >>" + notes + "/n\n" + EACH,
            "echo out >>" + notes + "/n");
    start(kit);
    farm.grant("lease1", grant(kit, "job1", 0, 1));
    untilReported(2);
    farm.grant("lease2", grant(kit, "job1", 2, 3));
    untilReported(4);
    farm.grant("lease3", grant(kit, "job2", 0, 0));
    untilReported(5);
    assertThat(notes.resolve("n")).hasContent("in\nrun\nrun\nout\nin\nrun\n");
    assertThat(control.marked(mark())).hasSize(1);
  }

  @Test
  void a_task_that_fails_is_rendered_once_more_in_a_cold_session_and_the_others_go_on()
      throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            """
            for f in $FRAMES; do
              if [ $f = 2 ] && [ -z "$BLENDERER_COLD" ]; then
                echo 'openjd_fail: [render-error] it hurts'; exit 1
              fi
              if [ $f = 3 ]; then echo "cold=$BLENDERER_COLD"; exit 9; fi
              printf 'END\\n' >$OUT/$f.txt
              echo "blenderer_done: $f [\\"$f.txt\\"]"
            done
            """);
    farm.grant("lease1", grant(kit, "job1", 0, 3));
    start(kit);
    untilReported(4);
    assertThat(farm.reports())
        .extracting(NodeSync.Report::outcome)
        .containsExactlyInAnyOrder("succeeded", "succeeded", "failed", "succeeded");
    assertThat(log(report(1))).contains("it hurts", "once more, in a fresh session");
    assertThat(failure(2))
        .isEqualTo(
            new NodeSync.FailureInfo(
                "action-failed", "The command 'sh' ended with exit code 9.", "here"));
    assertThat(log(report(2))).containsSubsequence("cold=\n", "cold=1\n");
  }

  @Test
  void a_damaged_result_does_not_count_although_the_renderer_was_happy() throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            """
            for f in $FRAMES; do
              if [ $f = 1 ] && [ -z "$BLENDERER_COLD" ]; then echo trunc >$OUT/$f.txt
              elif [ $f = 2 ]; then echo trunc >$OUT/$f.txt
              else echo END >$OUT/$f.txt; fi
              echo "blenderer_done: $f [\\"$f.txt\\"]"
            done
            """);
    farm.grant("lease1", grant(kit, "job1", 0, 2));
    start(kit);
    untilReported(3);
    assertThat(report(0).outcome()).isEqualTo("succeeded");
    assertThat(failure(1))
        .isEqualTo(new NodeSync.FailureInfo("image-damaged", "'2.txt' is not whole.", "here"));
    assertThat(report(2).outcome()).isEqualTo("succeeded");
  }

  @Test
  void a_result_outside_the_output_folder_or_absent_is_refused() throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            """
            f=${FRAMES}
            case $f in
              1) echo END >../up.txt; p=../up.txt ;;
              2) ln -s /etc/hostname $OUT/2.txt; p=2.txt ;;
              3) p=3.txt ;;
            esac
            echo "blenderer_done: $f [\\"$p\\"]"
            """);
    farm.grant("a", grant(kit, "job1", 0, 0));
    farm.grant("b", grant(kit, "job1", 1, 1));
    farm.grant("c", grant(kit, "job1", 2, 2));
    start(kit);
    untilReported(3);
    assertThat(failure(0).code()).isEqualTo("output-name");
    assertThat(failure(1).code()).isEqualTo("output-outside");
    assertThat(failure(2).code()).isEqualTo("no-output");
  }

  @Test
  void a_line_of_the_log_can_tell_that_a_task_failed() throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            "echo BAD luck\necho END >$OUT/a.txt\necho 'blenderer_done: 1 [\"a.txt\"]'");
    farm.grant("a", grant(kit, "job1", 0, 0));
    start(kit);
    untilReported(1);
    assertThat(failure(0).code()).isEqualTo("bad-line");
  }

  @Test
  void a_template_that_never_says_done_commits_all_at_its_end_and_files_belong_to_the_last()
      throws Exception {
    ShellKit kit =
        ShellKit.rendering("mkdir $OUT/d\nfor f in $FRAMES; do echo END >$OUT/d/$f.txt; done");
    farm.grant("a", grant(kit, "job1", 0, 2));
    start(kit);
    untilReported(3);
    assertThat(report(0).files()).isEmpty();
    assertThat(report(2).files())
        .extracting(NodeSync.OutputFile::path)
        .containsExactly("d/1.txt", "d/2.txt", "d/3.txt");
    assertThat(farm.reports()).allMatch(one -> one.outcome().equals("succeeded"));
  }

  @Test
  void a_lease_that_is_taken_back_is_killed_and_the_next_one_runs() throws Exception {
    ShellKit slow = ShellKit.rendering("echo up >" + notes + "/up; sleep 300 & wait");
    start(slow);
    farm.grant("a", grant(slow, "job1", 0, 2));
    AgentRig.until(() -> Files.exists(notes.resolve("up")));
    farm.want("a", "1");
    farm.cancel("a");
    AgentRig.until(
        () -> {
          try {
            return control.marked(mark()).isEmpty();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(farm.reports()).isEmpty();
    Files.delete(notes.resolve("up"));
    farm.grant("b", grant(slow, "job1", 4, 4));
    AgentRig.until(() -> Files.exists(notes.resolve("up")));
  }

  @Test
  void a_task_that_is_no_longer_wanted_is_not_reported() throws Exception {
    ShellKit kit = renderingOnceTold(2);
    farm.want("a", "0,2");
    AgentRig.until(() -> farm.requests().size() >= 3);
    Thread.sleep(50);
    Files.createFile(notes.resolve("go"));
    untilReported(2);
    AgentRig.until(() -> !farm.hasLeases());
    assertThat(farm.reports()).extracting(NodeSync.Report::index).containsExactly(0, 2);
  }

  @Test
  void files_of_a_task_that_is_no_longer_wanted_are_not_taken_for_the_next_ones() throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            "for f in $FRAMES; do echo END >$OUT/$f.txt; done\necho up >"
                + notes
                + "/up\nwhile [ ! -e "
                + notes
                + "/go ]; do sleep 0.02; done");
    start(kit);
    farm.grant("a", grant(kit, "job1", 0, 2));
    AgentRig.until(() -> Files.exists(notes.resolve("up")));
    farm.want("a", "0-1");
    AgentRig.until(() -> farm.requests().size() >= 3);
    Thread.sleep(50);
    farm.grant("b", grant(kit, "job1", 4, 4));
    Files.createFile(notes.resolve("go"));
    untilReported(3);
    assertThat(farm.reports()).extracting(NodeSync.Report::index).containsExactly(0, 1, 4);
    assertThat(report(4).files()).extracting(NodeSync.OutputFile::path).containsExactly("5.txt");
  }

  @Test
  void results_outlast_a_server_outage_and_a_restart_of_the_node() throws Exception {
    ShellKit kit = renderingOnceTold(1);
    farm.down(true);
    Files.createFile(notes.resolve("go"));
    AgentRig.until(() -> entries() == 2);
    stopAgent();
    farm = new MemoryFarm();
    inputs(farm);
    // The server still wants both tasks: the node must not render them again.
    Files.delete(notes.resolve("go"));
    farm.grant("a", grant(kit, "job1", 0, 1));
    start(kit);
    untilReported(2);
    assertThat(farm.reports()).allMatch(one -> one.outcome().equals("succeeded"));
    AgentRig.until(() -> entries() == 0);
  }

  @Test
  void a_call_that_was_lost_is_made_again_although_an_older_one_still_waits() throws Exception {
    ShellKit kit = renderingOnceTold(0);
    farm.silent(true);
    Files.createFile(notes.resolve("go"));
    // One that waited for news, and one with the result.
    AgentRig.until(() -> farm.unanswered() == 2);
    farm.silent(false);
    assertThat(farm.reports()).isEmpty();
    farm.loseOldest();
    untilReported(1);
    assertThat(farm.unanswered()).as("the other one").isEqualTo(1);
    farm.loseOldest();
    farm.grant("b", grant(kit, "job1", 1, 1));
    untilReported(2);
  }

  @Test
  void servers_that_the_farm_names_are_kept_for_the_next_start() throws Exception {
    farm.servers("10.0.0.5:8443", "10.0.0.6:8443");
    start(ShellKit.rendering(EACH));
    AgentRig.until(() -> Files.exists(data.resolve("servers")));
    assertThat(KnownServers.in(data).addresses())
        .extracting(ConnectionString.Address::host)
        .containsExactly("10.0.0.5", "10.0.0.6");
  }

  private int entries() {
    String[] names = data.resolve("outbox").toFile().list((_, name) -> name.matches("[0-9].*"));
    return names == null ? 0 : names.length;
  }

  @Test
  void files_that_the_server_lost_are_uploaded_again() throws Exception {
    ShellKit kit = ShellKit.rendering(EACH);
    farm.forgetful();
    farm.grant("a", grant(kit, "job1", 0, 0));
    start(kit);
    untilReported(1);
    String digest = report(0).files().getFirst().digest();
    assertThat(farm.text(digest)).endsWith("END\n");
    assertThat(farm.uploads().stream().filter(digest::equals)).hasSize(2);
  }

  @Test
  void a_template_that_does_not_ship_is_refused_where_the_owner_takes_no_commands()
      throws Exception {
    ShellKit kit = ShellKit.rendering(EACH);
    farm.grant("a", grant(ShellKit.rendering("echo other"), "job1", 0, 1));
    start(kit);
    untilReported(2);
    assertThat(failure(1).code()).isEqualTo("permission-refused");
    assertThat(failure(1).message()).contains("--allow-commands");
    assertThat(failure(1).retry()).isEqualTo("elsewhere");
  }

  @Test
  void a_job_whose_files_are_gone_fails_for_good() throws Exception {
    ShellKit kit = ShellKit.rendering(EACH);
    manifest = Digest.of(new byte[] {1});
    farm.grant("a", grant(kit, "job1", 0, 0));
    start(kit);
    untilReported(1);
    assertThat(failure(0).code()).isEqualTo("input-missing");
    assertThat(failure(0).retry()).isEqualTo("never");
  }

  @Test
  void a_full_disk_gives_work_back_without_blame_and_work_is_taken_again_after() throws Exception {
    ShellKit kit =
        ShellKit.rendering(untilToldToGo() + "[ -e " + notes + "/again ] || exit 1\n" + EACH);
    start(kit);
    farm.grant("a", grant(kit, "job1", 0, 0));
    AgentRig.until(() -> Files.exists(notes.resolve("up")));
    free.set(0);
    Files.createFile(notes.resolve("go"));
    untilReported(1);
    assertThat(report(0).outcome()).isEqualTo("cancelled");
    AgentRig.until(() -> farm.requests().getLast().slots() == 0);
    Files.createFile(notes.resolve("again"));
    free.set(1L << 40);
    AgentRig.until(() -> farm.requests().getLast().slots() == 1);
    farm.grant("b", grant(kit, "job1", 1, 1));
    untilReported(2);
    assertThat(report(1).outcome()).isEqualTo("succeeded");
  }

  @Test
  void a_node_that_stops_says_so_and_leaves_no_process() throws Exception {
    ShellKit slow =
        ShellKit.of(
            "sleep 300 >/dev/null 2>&1 &",
            "echo up >" + notes + "/up; sleep 300 & wait",
            "sleep 20");
    start(slow, 2);
    farm.grant("a", grant(slow, "job1", 0, 2));
    AgentRig.until(() -> Files.exists(notes.resolve("up")));
    long begun = System.nanoTime();
    stopAgent();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    assertThat(farm.requests().getLast().leaving()).isTrue();
    assertThat(farm.hasLeases()).isFalse();
    assertThat(farm.reports()).isEmpty();
    assertThat(control.marked(mark())).isEmpty();
    assertThat(stopAgent()).isEmpty();
  }

  @Test
  void what_a_killed_node_left_is_ended_by_the_next() throws Exception {
    var left =
        control.start(
            new ProcessControl.Command(
                List.of("sleep", "300"),
                Map.of("PATH", "/usr/bin:/bin", mark().name(), mark().value()),
                notes,
                Files.createFile(notes.resolve("out"))));
    Files.createDirectories(data.resolve("sessions/old/workspace"));
    start(ShellKit.rendering(EACH));
    assertThat(left.await(Duration.ofSeconds(10))).isPresent();
    assertThat(data.resolve("sessions")).isEmptyDirectory();
  }

  @Test
  void a_refusal_for_good_ends_the_node() throws Exception {
    start(ShellKit.rendering(EACH));
    AgentRig.until(() -> !farm.requests().isEmpty());
    farm.refuse(MemoryFarm.problem(401, "key-revoked"));
    assertThat(requireNonNull(rig).ended().orElseThrow().code()).isEqualTo("key-revoked");
  }

  @Test
  void a_server_of_another_protocol_ends_the_node_instead_of_being_asked_for_ever()
      throws Exception {
    start(ShellKit.rendering(EACH));
    AgentRig.until(() -> !farm.requests().isEmpty());
    farm.refuse(MemoryFarm.problem(409, "protocol-unsupported"));
    assertThat(requireNonNull(rig).ended().orElseThrow().code()).isEqualTo("protocol-unsupported");
  }

  private static NodeSync.Grant within(NodeSync.Grant grant, NodeSync.Times times) {
    return new NodeSync.Grant(
        grant.job(),
        grant.jobName(),
        grant.step(),
        grant.stepName(),
        grant.template(),
        grant.manifest(),
        grant.parameters(),
        grant.requirements(),
        grant.inputs(),
        grant.tasks(),
        grant.environments(),
        grant.permission(),
        null,
        times);
  }

  @Test
  void a_task_that_uses_no_processor_for_long_is_ended_and_the_others_go_on() throws Exception {
    ShellKit kit =
        ShellKit.rendering("for f in $FRAMES; do [ $f != 2 ] || sleep 600; done\n" + EACH);
    farm.grant("lease1", within(grant(kit, "job1", 1, 1), new NodeSync.Times(null, 700L)));
    farm.grant("lease2", within(grant(kit, "job1", 2, 2), new NodeSync.Times(null, 700L)));
    start(kit);
    untilReported(2);
    assertThat(failure(1).code()).isEqualTo("task-hung");
    assertThat(failure(1).retry()).isEqualTo("elsewhere");
    assertThat(failure(1).message()).startsWith("The task hung: for ");
    assertThat(report(2).outcome()).isEqualTo("succeeded");
    // It is not rendered a second time here, which would hang as long again.
    assertThat(log(report(1))).doesNotContain("once more");
  }

  @Test
  void what_hangs_may_become_known_while_it_hangs() throws Exception {
    ShellKit kit = ShellKit.rendering("echo begun; sleep 600");
    farm.grant("lease1", grant(kit, "job1", 0, 0));
    start(kit);
    AgentRig.until(
        () ->
            farm.requests().stream()
                .flatMap(request -> request.leases().stream())
                .anyMatch(NodeSync.HeldLease::started));
    farm.hangs("lease1", 300);
    untilReported(1);
    assertThat(failure(0).code()).isEqualTo("task-hung");
  }

  @Test
  void a_slow_task_is_left_alone_as_long_as_it_works_or_says_something() throws Exception {
    ShellKit kit =
        ShellKit.rendering(
            "for f in $FRAMES; do [ $f != 1 ] || timeout 3 sh -c 'while :; do :; done'; done\n"
                + "for i in 1 2 3 4 5 6; do echo at $i; sleep 0.3; done\n"
                + EACH);
    farm.grant("lease1", within(grant(kit, "job1", 0, 0), new NodeSync.Times(null, 1_000L)));
    start(kit);
    untilReported(1);
    assertThat(report(0).outcome()).isEqualTo("succeeded");
  }

  @Test
  void a_task_that_takes_longer_than_its_job_allows_is_ended_though_it_works() throws Exception {
    ShellKit kit = ShellKit.rendering("while :; do :; done");
    farm.grant("lease1", within(grant(kit, "job1", 0, 0), new NodeSync.Times(1_000L, null)));
    start(kit);
    untilReported(1);
    assertThat(failure(0).code()).isEqualTo("task-timeout");
    assertThat(failure(0).message())
        .isEqualTo("The task took longer than the 1 s that the job lets one take (--timeout).");
  }

  @Test
  void a_node_in_quarantine_tests_itself_and_says_how_it_went() throws Exception {
    farm.state("quarantined");
    start(ShellKit.rendering(EACH));
    AgentRig.until(
        () ->
            farm.requests().stream()
                .anyMatch(request -> new NodeSync.SelfTest(null).equals(request.selfTest())));
    farm.state("online");
    AgentRig.until(() -> farm.requests().getLast().selfTest() == null);
  }
}

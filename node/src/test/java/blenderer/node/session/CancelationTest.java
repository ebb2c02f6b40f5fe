package blenderer.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CancelationTest {

  @TempDir Path data;

  private static String polite(String shell, int seconds) {
    return "script: {actions: {onRun: {command: sh, args: ['-c', '"
        + shell.replace("'", "''")
        + "'], cancelation: {mode: NOTIFY_THEN_TERMINATE, notifyPeriodInSeconds: "
        + seconds
        + "}}}}\n";
  }

  @Test
  void the_whole_tree_is_killed_even_what_left_the_group() throws Exception {
    try (SessionRig rig =
        new SessionRig(
            data,
            SessionRig.template(
                "", SessionRig.run("setsid sleep 300 & (sleep 300 &) ; echo up; sleep 300")))) {
      Thread cancel = rig.when("up", () -> rig.session.cancel(false));
      rig.session.enter(rig);
      assertThat(rig.task()).isEqualTo(new ActionEnd.Cancelled());
      assertThat(rig.living()).isEmpty();
      cancel.join();
      rig.session.leave(rig, true);
    }
  }

  @Test
  void who_was_asked_and_does_not_listen_is_killed_when_its_time_is_over() throws Exception {
    try (SessionRig rig =
        new SessionRig(
            data,
            SessionRig.template(
                "", polite("trap \"echo asked\" TERM; echo up; while :; do sleep 0.1; done", 1)))) {
      rig.when("up", () -> rig.session.cancel(false));
      rig.session.enter(rig);
      assertThat(rig.task()).isEqualTo(new ActionEnd.Cancelled());
      assertThat(rig.lines).contains("asked");
      assertThat(rig.living()).isEmpty();
      rig.session.leave(rig, true);
    }
  }

  @Test
  void a_second_cancelation_shortens_the_time_and_says_so() throws Exception {
    try (SessionRig rig =
        new SessionRig(
            data,
            SessionRig.template(
                "",
                polite(
                    "trap \"echo asked; cat cancel_info.json\" TERM; echo up;"
                        + " while :; do sleep 0.05; done",
                    600)))) {
      rig.when("up", () -> rig.session.cancel(false));
      rig.when("asked", () -> rig.session.cancel(Duration.ofSeconds(2)));
      rig.session.enter(rig);
      assertThat(rig.task()).isEqualTo(new ActionEnd.Cancelled());
      assertThat(rig.lines.stream().filter("asked"::equals)).hasSize(2);
      assertThat(rig.lines.stream().filter(line -> line.startsWith("{\"NotifyEnd\":")).distinct())
          .hasSize(2);
      rig.session.leave(rig, true);
    }
  }

  @Test
  void children_of_a_shell_that_ended_have_their_time_too() throws Exception {
    try (SessionRig rig =
        new SessionRig(
            data,
            SessionRig.template(
                "",
                polite(
                    "(trap \"sleep 0.3; echo saved; exit\" TERM; echo up; while :; do sleep 0.05;"
                        + " done) & wait",
                    60)))) {
      rig.when("up", () -> rig.session.cancel(false));
      rig.session.enter(rig);
      assertThat(rig.task()).isEqualTo(new ActionEnd.Cancelled());
      assertThat(rig.lines).contains("saved");
      rig.session.leave(rig, true);
    }
  }

  @Test
  void a_timeout_asks_first_where_the_action_wants_that() throws Exception {
    try (SessionRig rig =
        new SessionRig(
            data,
            SessionRig.template(
                "",
                polite("trap \"echo asked; exit 0\" TERM; while :; do sleep 0.05; done", 60)
                    .replace("onRun: {", "onRun: {timeout: 1, ")))) {
      rig.session.enter(rig);
      assertThat(SessionRig.failure(rig.task())).startsWith("[timeout]");
      assertThat(rig.lines).contains("asked");
      rig.session.leave(rig, true);
    }
  }

  @Test
  void a_cancelation_ends_the_session_but_its_environments_are_left() throws Exception {
    try (SessionRig rig =
        new SessionRig(
            data,
            SessionRig.template(
                SessionRig.environments(
                    "outer",
                    "true",
                    "echo exit outer",
                    "inner",
                    "echo up; sleep 300",
                    "echo exit inner"),
                SessionRig.run("echo never")))) {
      rig.when("up", () -> rig.session.cancel(false));
      assertThat(rig.session.enter(rig)).isEqualTo(new ActionEnd.Cancelled());
      assertThat(rig.task()).isEqualTo(new ActionEnd.Cancelled());
      assertThat(rig.session.leave(rig, true)).isEqualTo(new ActionEnd.Succeeded());
      assertThat(rig.lines).containsExactly("up", "exit inner", "exit outer");
    }
  }

  @Test
  void an_exit_that_takes_too_long_is_cut_short_and_the_next_one_still_runs() throws Exception {
    try (SessionRig rig =
        new SessionRig(
            data,
            SessionRig.template(
                SessionRig.environments(
                    "outer", "true", "echo exit outer", "inner", "true", "echo leaving; sleep 300"),
                SessionRig.run("true")))) {
      rig.session.enter(rig);
      rig.when("leaving", () -> rig.session.cancel(true));
      assertThat(rig.session.leave(rig, true)).isEqualTo(new ActionEnd.Cancelled());
      assertThat(rig.lines).containsExactly("leaving", "exit outer");
    }
  }
}

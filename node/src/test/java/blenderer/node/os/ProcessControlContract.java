package blenderer.node.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every implementation of {@link ProcessControl} keeps. */
public abstract class ProcessControlContract {

  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final ProcessControl.Mark mark =
      new ProcessControl.Mark("BLENDERER_SESSION", UUID.randomUUID().toString());
  private ProcessControl control;
  private Path output;

  /**
   * @param place everything the processes use
   */
  protected abstract ProcessControl create(Path place, ProcessControl.Mark carried)
      throws IOException;

  /** Ends what {@link #create} began. */
  protected void end() {}

  @BeforeEach
  public void prepare() throws IOException {
    control = create(folder.toRealPath(), mark);
    output = Files.createFile(folder.resolve("output"));
  }

  @AfterEach
  public void leaveNothing() {
    control.killMarked(mark);
    end();
  }

  private RunningAction sh(String script) throws IOException {
    return control.start(
        new ProcessControl.Command(
            List.of("sh", "-c", script),
            Map.of("PATH", "/usr/bin:/bin", mark.name(), mark.value()),
            folder,
            output));
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  void exit_code_and_both_outputs_arrive() throws Exception {
    assertThat(sh("echo one; echo two >&2; exit 7").await(LONG)).isEqualTo(OptionalInt.of(7));
    assertThat(output).hasContent("one\ntwo\n");
  }

  @Test
  void the_environment_is_only_what_was_given_and_the_input_is_empty() throws Exception {
    assertThat(sh("cat; pwd; env | cut -d= -f1 | sort").await(LONG).getAsInt()).isZero();
    assertThat(Files.readAllLines(output))
        .startsWith(folder.toRealPath().toString())
        .contains("PATH", "BLENDERER_SESSION")
        .doesNotContain("HOME", "JAVA_HOME");
  }

  @Test
  void arguments_are_not_read_by_a_shell() throws Exception {
    RunningAction action =
        control.start(
            new ProcessControl.Command(
                List.of("printf", "%s\n", "$HOME `id` ; exit 3"),
                Map.of("PATH", "/usr/bin:/bin"),
                folder,
                output));
    assertThat(action.await(LONG).getAsInt()).isZero();
    assertThat(output).hasContent("$HOME `id` ; exit 3\n");
  }

  @Test
  void a_command_that_does_not_exist_ends_with_127() throws Exception {
    RunningAction action =
        control.start(
            new ProcessControl.Command(
                List.of("no-such-command-here"), Map.of("PATH", "/usr/bin:/bin"), folder, output));
    assertThat(action.await(LONG)).isEqualTo(OptionalInt.of(127));
  }

  @Test
  void killing_takes_grandchildren_along() throws Exception {
    RunningAction action = sh("trap '' TERM; (sleep 300 & sleep 300) & sleep 300");
    until(() -> control.marked(mark).size() >= 4);
    action.kill();
    assertThat(action.await(LONG)).isEqualTo(OptionalInt.of(137));
    until(() -> control.marked(mark).isEmpty());
  }

  @Test
  void terminating_asks_the_whole_group() throws Exception {
    RunningAction action = sh("sh -c 'trap \"echo asked; exit 0\" TERM; sleep 300 & wait' & wait");
    until(() -> control.marked(mark).size() >= 3);
    action.terminate();
    assertThat(action.await(LONG)).isEqualTo(OptionalInt.of(143));
    until(() -> control.marked(mark).isEmpty());
    assertThat(output).hasContent("asked\n");
  }

  @Test
  void an_end_is_seen_although_a_child_in_the_background_keeps_the_output() throws Exception {
    assertThat(sh("sleep 300 & echo left; exit 0").await(LONG)).isEqualTo(OptionalInt.of(0));
    assertThat(control.marked(mark)).hasSize(1);
    assertThat(control.memoryOf(mark)).isPositive();
    assertThat(control.killMarked(mark)).isEqualTo(1);
    assertThat(control.marked(mark)).isEmpty();
    assertThat(control.memoryOf(mark)).isZero();
  }

  @Test
  void a_child_that_left_the_group_is_found_by_its_mark() throws Exception {
    assertThat(sh("setsid sleep 300 >/dev/null 2>&1 &").await(LONG).getAsInt()).isZero();
    until(() -> !control.marked(mark).isEmpty());
    control.killMarked(mark);
    assertThat(control.marked(mark)).isEmpty();
  }

  @Test
  void another_value_of_the_mark_is_another_mark() throws Exception {
    RunningAction action = sh("sleep 300");
    until(() -> !control.marked(mark).isEmpty());
    assertThat(control.marked(new ProcessControl.Mark(mark.name(), mark.value() + "x"))).isEmpty();
    assertThat(
            control.marked(
                new ProcessControl.Mark(
                    mark.name(), mark.value().substring(0, mark.value().length() - 1))))
        .isEmpty();
    assertThat(action.await(Duration.ZERO)).isEmpty();
    action.kill();
  }

  @Test
  void a_fifo_that_is_held_open_ends_its_readers_when_it_is_closed() throws Exception {
    Path leash = folder.resolve("leash");
    control.makeFifos(List.of(leash));
    RunningAction reader;
    RandomAccessFile held = new RandomAccessFile(leash.toFile(), "rw");
    try {
      reader = sh("echo begun; cat leash; exit 5");
      until(() -> sizeOf(output) > 0);
      assertThat(reader.await(Duration.ofMillis(50))).isEmpty();
    } finally {
      held.close();
    }
    // The reader may have opened it only after it was closed, and then waits for a writer.
    if (reader.await(Duration.ofSeconds(1)).isEmpty()) {
      new RandomAccessFile(leash.toFile(), "rw").close();
    }
    assertThat(reader.await(LONG)).isEqualTo(OptionalInt.of(5));
  }

  private static long sizeOf(Path file) {
    return file.toFile().length();
  }

  @Test
  void the_machine_has_memory() {
    assertThat(control.machineMemory()).isGreaterThan(1L << 28);
  }
}

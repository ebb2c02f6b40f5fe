package blenderer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.cli.Surroundings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SimCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    out.getBuffer().setLength(0);
    CommandLine line = new CommandLine(new SimCommand(Surroundings.plain(Map.of())));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  @Test
  void a_plan_is_a_table_of_the_shape_and_one_of_the_people() {
    assertThat(run("--nodes", "5", "--days", "0.2", "--shape", "diamond")).isZero();
    assertThat(out.toString()).contains("MAKESPAN", "diamond", "farm", "person8");
  }

  @Test
  void every_shape_under_every_policy_is_one_json_value() throws Exception {
    assertThat(run("--nodes", "10", "--jobs", "3", "--shape", "all", "--policy", "all", "--json"))
        .isZero();
    JsonNode value = new ObjectMapper().readTree(out.toString());
    assertThat(value.path("runs").size()).isEqualTo(24);
    for (JsonNode one : value.path("runs")) {
      assertThat(one.path("jobs").asInt()).isEqualTo(3);
      assertThat(one.path("unfinishedJobs").asInt()).isZero();
      assertThat(one.path("utilisation").asDouble()).isBetween(0.01, 1.0);
      assertThat(one.path("stretch").asDouble()).isGreaterThan(0.3);
    }
    assertThat(out.toString()).hasLineCount(1);
  }

  @Test
  void the_same_seed_answers_the_same() throws Exception {
    String[] args = {"--nodes", "7", "--days", "0.5", "--seed", "9", "--json"};
    run(args);
    JsonNode first = new ObjectMapper().readTree(out.toString()).path("runs").path(0);
    run(args);
    JsonNode second = new ObjectMapper().readTree(out.toString()).path("runs").path(0);
    for (String name : new String[] {"jobs", "tasks", "makespanSeconds", "people", "events"}) {
      assertThat(second.path(name)).as(name).isEqualTo(first.path(name));
    }
  }

  @Test
  void farms_with_faults_keep_their_promises() {
    assertThat(run("--faults", "--seed", "3", "--seeds", "5")).isZero();
    assertThat(out.toString()).contains("5 farms", "every promise was kept");
  }

  @Test
  void a_part_of_a_plan_is_replayed() {
    assertThat(run("--faults", "--seed", "3", "--keep", "0-2")).isZero();
    assertThat(out.toString()).startsWith("1 farm, ");
  }

  @Test
  void a_server_is_asked_at_several_rates_and_loses_its_leader() throws Exception {
    String[] args = {
      "--server", "--nodes", "50", "--rate", "50,100", "--tasks", "3000", "--leader-changes", "1"
    };
    assertThat(run(args)).isZero();
    assertThat(out.toString()).contains("P99", "RESULTS A COMMIT", "KILLED AT", "IDLE SLOT TIME");
    assertThat(run(with(args, "--json"))).isZero();
    JsonNode runs = new ObjectMapper().readTree(out.toString()).path("runs");
    assertThat(runs).hasSize(2);
    for (JsonNode one : runs) {
      assertThat(one.path("tasks").asInt()).isEqualTo(3_000);
      assertThat(one.path("leaderChanges")).hasSize(1);
    }
  }

  private static String[] with(String[] args, String more) {
    String[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = more;
    return all;
  }

  @Test
  void nonsense_is_refused_with_the_way_to_help() {
    assertThat(run("--nodes", "0")).isEqualTo(2);
    assertThat(run("--shape", "round")).isEqualTo(2);
    assertThat(run("--policy", "mine")).isEqualTo(2);
    assertThat(run("--faults", "--keep", "x")).isEqualTo(2);
    assertThat(run("--keep", "1")).isEqualTo(2);
    assertThat(run("--server", "--rate", "0")).isEqualTo(2);
    assertThat(run("--server", "--tasks", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("error [wrong-use]", "'blenderer sim --help'");
  }

  @Test
  void times_are_told_in_two_units() {
    assertThat(SimCommand.time(7.4)).isEqualTo("7 s");
    assertThat(SimCommand.time(306)).isEqualTo("5 min 6 s");
    assertThat(SimCommand.time(11_040)).isEqualTo("3 h 4 min");
    assertThat(SimCommand.time(93_600)).isEqualTo("1 d 2 h");
  }
}

package blenderer.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.HostOffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class NodeCommandTest {

  private static NodeOptions options(String... words) {
    NodeCommand command = new NodeCommand();
    new CommandLine(command).parseArgs(words);
    return command.options();
  }

  @Test
  void without_words_the_defaults_hold() {
    NodeOptions options = options();
    assertThat(options.connect()).isNull();
    assertThat(options.name()).isNull();
    assertThat(options.slots()).isEqualTo(1);
    assertThat(options.data())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".local/share/blenderer/node"));
    assertThat(options.blenders()).isEmpty();
    assertThat(options.cacheBytes()).isNull();
    assertThat(options.minFree()).isEqualTo(NodeOptions.DEFAULT_MIN_FREE);
  }

  @Test
  void every_option_is_taken() {
    NodeOptions options =
        options(
            "--connect",
            "-",
            "--name",
            "attic",
            "--slots",
            "2",
            "--data",
            "/d",
            "--blender",
            "/a",
            "--blender",
            "/b",
            "--cache-size",
            "50G",
            "--min-free",
            "300M");
    assertThat(options.connect()).isEqualTo("-");
    assertThat(options.name()).isEqualTo("attic");
    assertThat(options.slots()).isEqualTo(2);
    assertThat(options.data()).isEqualTo(Path.of("/d"));
    assertThat(options.blenders()).containsExactly("/a", "/b");
    assertThat(options.cacheBytes()).isEqualTo(50L << 30);
    assertThat(options.minFree()).isEqualTo(300L << 20);
  }

  @Test
  void what_the_owner_says_of_the_computer_stands_beside_what_is_measured(@TempDir Path data) {
    HostOffer offer =
        options("--attribute", "attr.Room=North,cold", "--amount", "amount.worker.vcpu=3")
            .host()
            .on(5L << 30, 4L << 30, data);
    assertThat(offer.attributes().get("attr.room")).containsExactly("north", "cold");
    assertThat(offer.attributes().get("attr.worker.os.family")).containsExactly("linux");
    assertThat(offer.amounts().get("amount.worker.vcpu")).isEqualTo("3");
    assertThat(offer.amounts().get("amount.worker.memory")).isEqualTo("5120");
    assertThat(offer.amounts().get("amount.worker.disk.scratch")).isPositive();
    assertThat(options("--allow-commands").host().allowCommands()).isTrue();
    assertThat(options().host().allowCommands()).isFalse();
  }

  @Test
  void what_makes_no_sense_is_refused_by_name() {
    assertThatThrownBy(() -> options("--slots", "0"))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessage("--slots must be from 1 to 256, not 0");
    assertThatThrownBy(() -> options("--attribute", "room=north"))
        .hasMessage("--attribute must be such as attr.studio.room=north,cold, not 'room=north'");
    assertThatThrownBy(() -> options("--amount", "amount.x=many"))
        .hasMessage("--amount must be such as amount.studio.capture_card=2, not 'amount.x=many'");
    assertThatThrownBy(() -> options("--min-free", "much"))
        .hasMessage("--min-free must be a size such as 500M or 20G, not 'much'");
  }
}

package blenderer.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.os.ProcessControlContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** What starts processes in a box keeps the same promises as what starts them outside. */
class BoxContractTest extends ProcessControlContract {

  @TempDir @Nullable Path data;

  private @Nullable SessionBox box;

  @Override
  protected ProcessControl create(Path place, ProcessControl.Mark carried) throws IOException {
    Path own = Objects.requireNonNull(data).toRealPath();
    Sandbox sandbox =
        Sandboxes.find(
            new LinuxProcessControl(),
            new ProcessControl.Mark("BLENDERER_NODE", own.toString()),
            own,
            new Sandboxes.Wish(true, false, BoxRig.WIDE));
    assertThat(sandbox.status().kind())
        .as("these tests need bubblewrap: %s", sandbox.status().reason())
        .isEqualTo(SandboxStatus.Kind.BUBBLEWRAP);
    SessionBox made =
        sandbox.open(new BoxPlan(carried.value(), carried, place, List.of(), List.of()));
    box = made;
    return made.control();
  }

  @Override
  protected void end() {
    Objects.requireNonNull(box).close();
  }
}

package blenderer.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Permission;
import blenderer.model.RetryClass;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ShareTest {

  private static final long GIB = 1L << 30;

  @Test
  void slots_share_the_memory_that_a_reserve_leaves() {
    assertThat(Limits.memoryShare(64 * GIB, 1)).isEqualTo(60 * GIB);
    assertThat(Limits.memoryShare(64 * GIB, 4)).isEqualTo(15 * GIB);
    assertThat(Limits.memoryShare(8 * GIB, 1)).isEqualTo(7 * GIB);
    assertThat(Limits.memoryShare(2 * GIB, 1)).isEqualTo(3 * GIB / 2);
    assertThat(Limits.memoryShare(2 * GIB, 16)).isEqualTo(GIB / 2);
    assertThat(Limits.memoryShare(0, 2)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_renderer_starts_afresh_before_it_reaches_its_sessions_limit() {
    assertThat(new Limits(60 * GIB, 1, () -> 0).recycleBytes(64 * GIB)).isEmpty();
    assertThat(new Limits(16 * GIB, 1, () -> 0).recycleBytes(64 * GIB))
        .isEqualTo(OptionalLong.of(12 * GIB));
  }

  @Test
  void a_node_without_a_sandbox_takes_shipped_templates_unless_its_owner_wants_none() {
    SandboxStatus walled = new SandboxStatus(SandboxStatus.Kind.BUBBLEWRAP, "r");
    SandboxStatus missing = new SandboxStatus(SandboxStatus.Kind.MISSING, "r");
    SandboxStatus off = new SandboxStatus(SandboxStatus.Kind.SWITCHED_OFF, "r");
    assertThat(walled.permits(false)).isEqualTo(Permission.SCRIPTS);
    assertThat(walled.permits(true)).isEqualTo(Permission.COMMANDS);
    assertThat(off.permits(false)).isEqualTo(Permission.SCRIPTS);
    assertThat(off.permits(true)).isEqualTo(Permission.COMMANDS);
    assertThat(missing.permits(true)).isEqualTo(Permission.TEMPLATES);
    assertThat(missing).hasToString("none: r");
  }

  @Test
  void each_limit_has_a_class_of_its_own() {
    assertThat(Limits.retryOf("out-of-memory")).contains(RetryClass.ELSEWHERE);
    assertThat(Limits.retryOf("workspace-full")).contains(RetryClass.ELSEWHERE);
    assertThat(Limits.retryOf("too-many-processes")).contains(RetryClass.NEVER);
    assertThat(Limits.retryOf("timeout")).isEmpty();
  }
}

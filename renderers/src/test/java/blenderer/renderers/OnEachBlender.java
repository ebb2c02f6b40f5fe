package blenderer.renderers;

import blenderer.testkit.TestBlender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs all tests of a class once with each Blender: sessions, and scenes that are made for them.
 */
@Tag("blender")
@ParameterizedClass
@MethodSource("blenderer.testkit.TestBlender#each")
abstract class OnEachBlender {

  @Parameter @Nullable TestBlender given;

  @BeforeParameterizedClassInvocation
  static void choose(TestBlender blender) {
    Session.use(blender);
  }

  @AfterParameterizedClassInvocation
  static void chooseNone() {
    Session.use(null);
  }
}

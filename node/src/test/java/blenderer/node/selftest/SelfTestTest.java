package blenderer.node.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Renderer;
import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.ShippedKit;
import blenderer.node.sandbox.Sandbox;
import blenderer.node.sandbox.Sandboxes;
import blenderer.node.session.SessionPlan;
import blenderer.testkit.TestBlender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SelfTestTest {

  @TempDir private Path data;
  private Sandbox sandbox;
  private List<ShippedKit> kits;

  @BeforeEach
  void prepare() throws Exception {
    data = data.toRealPath();
    sandbox =
        Sandboxes.find(
            new LinuxProcessControl(),
            new ProcessControl.Mark(SessionPlan.NODE_MARK, data.toString()),
            data,
            Sandboxes.Wish.ofThisComputer(1));
    kits = ShippedKit.all(data.resolve("renderers"));
  }

  private SelfTest with(InstalledRenderer... renderers) throws Exception {
    return new SelfTest(
        sandbox,
        kits,
        List.of(renderers),
        data,
        "/usr/bin:/bin",
        Files.createDirectories(data.resolve("selftest")));
  }

  /** A program that takes the place of a Blender. */
  private InstalledRenderer fake(String script) throws Exception {
    Path folder = Files.createDirectories(data.resolveSibling(data.getFileName() + "-blender"));
    Path program = Files.writeString(folder.resolve("blender"), "#!/bin/sh\n" + script + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return new InstalledRenderer(new Renderer("blender", "9.9", List.of()), program);
  }

  @Test
  void a_node_without_such_a_renderer_runs_a_plain_command() throws Exception {
    assertThat(with().run()).isEmpty();
    assertThat(Files.list(data.resolve("selftest"))).isEmpty();
  }

  @Test
  void what_fails_is_told_in_a_clause() throws Exception {
    assertThat(with(fake("echo I am ill; exit 3")).run())
        .contains("blender 9.9 ended with exit code 3 and said 'I am ill'");
    assertThat(with(fake("exit 0")).run())
        .contains("blender 9.9 made no picture of its test scene");
    assertThat(with(fake("echo no picture > picture.png")).run())
        .contains("blender 9.9 made a picture of its test scene that cannot be read");
  }

  @Test
  void another_picture_than_the_known_one_is_wrong() throws Exception {
    Path kit =
        kits.stream()
            .filter(one -> one.name().equals("blender"))
            .findFirst()
            .orElseThrow()
            .folder();
    assertThat(with(fake("cp " + kit.resolve("selftest.png") + " picture.png")).run()).isEmpty();
    Path other = Files.createDirectories(data.resolveSibling(data.getFileName() + "-blender"));
    java.awt.image.BufferedImage black =
        new java.awt.image.BufferedImage(64, 64, java.awt.image.BufferedImage.TYPE_INT_RGB);
    javax.imageio.ImageIO.write(black, "png", other.resolve("black.png").toFile());
    assertThat(with(fake("cp " + other.resolve("black.png") + " picture.png")).run().orElseThrow())
        .startsWith("blender 9.9 renders its test scene wrong: it is off by");
  }

  @ParameterizedTest
  @MethodSource("blenderer.testkit.TestBlender#each")
  @Tag("blender")
  void every_blender_passes(TestBlender blender) throws Exception {
    InstalledRenderer renderer =
        new InstalledRenderer(
            new Renderer("blender", blender.version(), List.of()), blender.program());
    assertThat(with(renderer).run()).isEmpty();
  }
}

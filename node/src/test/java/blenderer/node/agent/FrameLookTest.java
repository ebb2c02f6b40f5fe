package blenderer.node.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.node.outbox.Result;
import blenderer.node.render.OutputCheck;
import blenderer.node.render.OutputFolder;
import blenderer.openjd.Directive;
import blenderer.renderers.ImageCheck;
import blenderer.renderers.Picture;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameLookTest {

  @TempDir Path folder;
  private Path session;
  private OutputFolder output;

  FrameLookTest(@TempDir Path given) throws IOException {
    session = given;
    output = OutputFolder.of(given, given, _ -> Optional.empty());
  }

  @BeforeEach
  void lay() throws IOException {
    session = Files.createDirectory(folder.toRealPath().resolve("session"));
    Path made = Files.createDirectory(session.resolve("output"));
    output = OutputFolder.of(made, folder.resolve("given"), _ -> Optional.empty());
  }

  private static Path image(Path file, int width, int height, Color colour) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    graphics.setColor(colour);
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
    return file;
  }

  private OutputCheck.Output made(String name, int width, int height) throws IOException {
    return made(name, width, height, Color.GRAY);
  }

  private OutputCheck.Output made(String name, int width, int height, Color colour)
      throws IOException {
    Path file = image(output.path().resolve(name), width, height, colour);
    Picture picture = ((ImageCheck.Ok) ImageCheck.check(file, 1 << 24)).picture();
    return new OutputCheck.Output(name, file, picture);
  }

  private static Directive.Look told(String image, String shown) {
    return new Directive.Look(
        1,
        Optional.of(image),
        shown.isEmpty() ? Optional.empty() : Optional.of(shown),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void a_small_picture_is_its_own_preview_and_a_large_one_gets_a_small_one() throws IOException {
    FrameLook look = new FrameLook(true);
    Result.Seen small = look.look(List.of(made("a.png", 64, 36)), null, output);
    assertThat(requireNonNull(small).preview()).isNull();
    assertThat(small.picture().mean()).isBetween(0.49, 0.51);
    Result.Seen large = look.look(List.of(made("b.png", 1920, 1080)), null, output);
    byte[] jpeg = requireNonNull(requireNonNull(large).preview());
    BufferedImage shown = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertThat(List.of(shown.getWidth(), shown.getHeight())).containsExactly(512, 288);
    assertThat(large.picture().width()).isEqualTo(1920);
  }

  @Test
  void the_picture_is_the_file_that_the_renderer_names_and_looks_as_it_shows_it()
      throws IOException {
    Path exr = Files.writeString(output.path().resolve("a.exr"), "linear");
    List<OutputCheck.Output> files =
        List.of(made("depth.png", 64, 36), new OutputCheck.Output("a.exr", exr, null));
    Path shown = image(session.resolve("shown.png"), 64, 36, Color.WHITE);
    Result.Seen seen = new FrameLook(true).look(files, told("a.exr", "shown.png"), output);
    assertThat(requireNonNull(seen).path()).isEqualTo("a.exr");
    assertThat(seen.picture().mean()).isEqualTo(1);
    assertThat(seen.preview()).isNotNull();
    assertThat(shown).doesNotExist();
  }

  @Test
  void a_link_is_not_followed_and_a_person_s_own_command_shows_nothing() throws IOException {
    Path secret = image(folder.resolve("secret.png"), 64, 36, Color.WHITE);
    Files.createSymbolicLink(session.resolve("shown.png"), secret);
    Files.createSymbolicLink(session.resolve("way"), folder);
    List<OutputCheck.Output> files = List.of(made("a.png", 64, 36));
    for (String path : List.of("shown.png", "way/secret.png", "../secret.png")) {
      assertThat(new FrameLook(true).look(files, told("a.png", path), output)).isNull();
    }
    Result.Seen own = new FrameLook(false).look(files, told("a.png", "shown.png"), output);
    assertThat(requireNonNull(own).picture().mean()).isLessThan(0.6);
    assertThat(secret).exists();
  }

  @Test
  void magenta_tells_of_missing_textures_only_where_the_renderer_is_not_sure_of_them()
      throws IOException {
    List<OutputCheck.Output> files = List.of(made("a.png", 64, 36, Color.MAGENTA));
    Directive.Look unsure = told("a.png", "");
    Directive.Look sure =
        new Directive.Look(
            1,
            unsure.image(),
            unsure.shown(),
            unsure.device(),
            unsure.program(),
            Optional.of("read"));
    FrameLook look = new FrameLook(true);
    assertThat(requireNonNull(look.look(files, unsure, output)).picture().pink()).isEqualTo(1);
    assertThat(requireNonNull(look.look(files, sure, output)).picture().pink()).isZero();
    assertThat(requireNonNull(look.look(files, null, output)).picture().pink()).isZero();
  }

  @Test
  void results_without_a_picture_have_no_look() throws IOException {
    Path text = Files.writeString(output.path().resolve("a.txt"), "text");
    assertThat(
            new FrameLook(true)
                .look(List.of(new OutputCheck.Output("a.txt", text, null)), null, output))
        .isNull();
  }
}

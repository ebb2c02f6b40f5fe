package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageCheckTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "exr-none", "exr-zips", "exr-zip"})
  void whole_image_is_ok_with_its_size(String kind) throws IOException {
    assertThat(check(kind, image(kind))).isEqualTo(new ImageCheck.Ok(67, 41, "", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "exr-none", "exr-zips", "exr-zip"})
  void image_cut_anywhere_is_bad(String kind) throws IOException {
    byte[] whole = image(kind);
    for (int length = 0; length < whole.length; length += Math.max(1, whole.length / 90)) {
      assertThat(check(kind, Arrays.copyOf(whole, length)))
          .as("%s cut to %d of %d bytes", kind, length, whole.length)
          .isInstanceOf(ImageCheck.Bad.class);
    }
    assertThat(check(kind, Arrays.copyOf(whole, whole.length - 1)))
        .isInstanceOf(ImageCheck.Bad.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "exr-none", "exr-zips", "exr-zip"})
  void image_whose_tail_is_zeros_is_bad(String kind) throws IOException {
    byte[] whole = image(kind);
    for (int kept : new int[] {0, 1, whole.length / 2}) {
      byte[] zeros = Arrays.copyOf(Arrays.copyOf(whole, kept), whole.length);
      if (kind.equals("exr-none") && kept > 1) {
        continue; // its pixels may rightly be zeros
      }
      assertThat(check(kind, zeros))
          .as("%s, zeros from %d", kind, kept)
          .isInstanceOf(ImageCheck.Bad.class);
    }
  }

  @Test
  void png_with_any_flipped_bit_is_bad() throws IOException {
    byte[] whole = image("png");
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300; i++) {
      byte[] flipped = whole.clone();
      int at = random.nextInt(flipped.length);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(check("png", flipped)).as("byte %d", at).isInstanceOf(ImageCheck.Bad.class);
    }
  }

  @Test
  void zip_exr_with_flipped_pixel_bits_is_bad() throws IOException {
    byte[] whole = image("exr-zip");
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100; i++) {
      byte[] flipped = whole.clone();
      int at = flipped.length / 2 + random.nextInt(flipped.length / 2);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(check("exr-zip", flipped)).as("byte %d", at).isInstanceOf(ImageCheck.Bad.class);
    }
  }

  @Test
  void exr_with_a_zero_in_its_offset_table_is_bad_and_says_so() throws IOException {
    byte[] unfinished = image("exr-zip");
    int table = TestImages.offsetTableOf(unfinished);
    Arrays.fill(unfinished, table + 8, table + 16, (byte) 0);
    assertThat(check("exr-zip", unfinished))
        .isEqualTo(
            new ImageCheck.Bad(
                "image-damaged",
                "'image.exr' is unfinished: a block is missing from its offset table"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "exr-zip"})
  void image_with_bytes_after_its_end_is_bad(String kind) throws IOException {
    byte[] whole = image(kind);
    assertThat(check(kind, Arrays.copyOf(whole, whole.length + 5)))
        .isInstanceOf(ImageCheck.Bad.class);
  }

  @Test
  void interlaced_png_is_ok() throws IOException {
    var writer = ImageIO.getImageWritersByFormatName("png").next();
    var out = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      var settings = writer.getDefaultWriteParam();
      settings.setProgressiveMode(javax.imageio.ImageWriteParam.MODE_DEFAULT);
      writer.write(
          null, new javax.imageio.IIOImage(TestImages.picture(67, 41), null, null), settings);
    } finally {
      writer.dispose();
    }
    byte[] interlaced = out.toByteArray();
    assertThat(interlaced[28]).as("the header's interlace byte").isEqualTo((byte) 1);
    assertThat(check("png", interlaced)).isEqualTo(new ImageCheck.Ok(67, 41, "", null));
  }

  @Test
  void wrong_size_is_bad_and_names_both_sizes() throws IOException {
    Path file = Files.write(folder.resolve("a.png"), image("png"));
    assertThat(ImageCheck.check(file, "67x41")).isEqualTo(new ImageCheck.Ok(67, 41, "", null));
    assertThat(ImageCheck.check(file, "")).isEqualTo(new ImageCheck.Ok(67, 41, "", null));
    assertThat(ImageCheck.check(file, "67x42"))
        .isEqualTo(new ImageCheck.Bad("image-size", "'a.png' is 67x41 pixels, not 67x42"));
  }

  @Test
  void empty_file_is_bad_whatever_its_format() throws IOException {
    Path file = Files.createFile(folder.resolve("a.tga"));
    assertThat(ImageCheck.check(file))
        .isEqualTo(new ImageCheck.Bad("empty-output", "'a.tga' is empty"));
  }

  @Test
  void other_format_is_ok_with_a_note() throws IOException {
    Path file = Files.write(folder.resolve("a.xyz"), new byte[] {1, 2, 3});
    assertThat(ImageCheck.check(file, "67x41"))
        .isEqualTo(new ImageCheck.Ok(0, 0, "of this format only the length was checked", null));
  }

  private ImageCheck.Result check(String kind, byte[] content) throws IOException {
    String extension = kind.startsWith("exr") ? "exr" : kind;
    return ImageCheck.check(Files.write(folder.resolve("image." + extension), content));
  }

  private static byte[] image(String kind) throws IOException {
    BufferedImage picture = TestImages.picture(67, 41);
    return switch (kind) {
      case "exr-none" -> TestImages.exr(picture, 0);
      case "exr-zips" -> TestImages.exr(picture, 2);
      case "exr-zip" -> TestImages.exr(picture, 3);
      default -> TestImages.encoded(picture, kind);
    };
  }
}

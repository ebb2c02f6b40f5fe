package blenderer.renderers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says whether an image a renderer wrote is whole. A renderer's exit code proves nothing: on a full
 * disk Blender leaves truncated files behind and reports success.
 *
 * <p>PNG, JPEG, OpenEXR, TIFF, BMP, TGA and Radiance HDR are unpacked from the first byte to the
 * last; of WebP, JPEG 2000, Cineon, DPX and IRIS every part is walked; of other formats only the
 * length is known.
 */
public final class ImageCheck {

  /** The verdict on one file. */
  public sealed interface Result permits Ok, Bad {}

  /**
   * The file is whole.
   *
   * @param width in pixels, 0 if the format is not one that is read here
   * @param height as width
   * @param note what was not checked, empty if all was
   * @param picture what it looks like; null: nobody asked, or the format does not tell
   */
  public record Ok(int width, int height, String note, @Nullable Picture picture)
      implements Result {}

  /**
   * The file must not count.
   *
   * @param code {@code empty-output}, {@code image-damaged} or {@code image-size}
   * @param sentence plain, naming the file
   */
  public record Bad(String code, String sentence) implements Result {}

  /** What is wrong inside a file, as the end of a sentence about it. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    Damaged(String message) {
      super(message);
    }
  }

  /** By the ending of their names. */
  private static final Map<String, String> FORMATS =
      Map.ofEntries(
          Map.entry("png", "PNG"),
          Map.entry("jpg", "JPEG"),
          Map.entry("jpeg", "JPEG"),
          Map.entry("exr", "OpenEXR"),
          Map.entry("hdr", "Radiance HDR"),
          Map.entry("tif", "TIFF"),
          Map.entry("tiff", "TIFF"),
          Map.entry("bmp", "BMP"),
          Map.entry("webp", "WebP"),
          Map.entry("jp2", "JPEG 2000"),
          Map.entry("j2c", "JPEG 2000"),
          Map.entry("rgb", "IRIS"),
          Map.entry("cin", "Cineon"),
          Map.entry("dpx", "DPX"));

  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})x(\\d{1,6})");

  private ImageCheck() {}

  /** Checks one file and its size, as {@link #check(Path, String, long)} does, without looking. */
  public static Result check(Path file, String wanted) throws IOException {
    return check(file, wanted, 0);
  }

  /** Checks one file, as {@link #check(Path, long)} does, without looking. */
  public static Result check(Path file) throws IOException {
    return check(file, 0);
  }

  /**
   * Checks one file and its size in pixels.
   *
   * @param wanted {@code WxH}, or empty for any size
   * @param mostPixels a picture with more is not looked at; 0: none is
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if {@code wanted} is no size
   */
  public static Result check(Path file, String wanted, long mostPixels) throws IOException {
    Result result = check(file, mostPixels);
    if (wanted.isEmpty() || !(result instanceof Ok ok) || ok.width() == 0) {
      return result;
    }
    Matcher size = SIZE.matcher(wanted);
    if (!size.matches()) {
      throw new IllegalArgumentException("'" + wanted + "' is no size such as 1920x1080");
    }
    if (ok.width() == Integer.parseInt(size.group(1))
        && ok.height() == Integer.parseInt(size.group(2))) {
      return ok;
    }
    return new Bad(
        "image-size",
        "'%s' is %dx%d pixels, not %s"
            .formatted(file.getFileName(), ok.width(), ok.height(), wanted));
  }

  /**
   * Checks one file.
   *
   * @param mostPixels a picture with more is not looked at; 0: none is
   * @throws IOException if the file cannot be read
   */
  public static Result check(Path file, long mostPixels) throws IOException {
    long length = Files.size(file);
    if (length == 0) {
      return new Bad("empty-output", "'" + file.getFileName() + "' is empty");
    }
    if (length > Integer.MAX_VALUE) {
      return new Ok(0, 0, "larger than 2 GiB: only its length was checked", null);
    }
    // Read, not mapped: a mapped file cannot be truncated or deleted on every system, and the JVM
    // would die of a fault if somebody cut it meanwhile.
    ByteBuffer content = ByteBuffer.allocate((int) length);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (content.hasRemaining() && channel.read(content) >= 0) {
        continue;
      }
    }
    content.flip();
    try {
      return decode(content, extension(file), mostPixels);
    } catch (Damaged e) {
      return new Bad("image-damaged", "'" + file.getFileName() + "' " + e.getMessage());
    }
  }

  private static Ok decode(ByteBuffer content, String extension, long mostPixels) throws Damaged {
    if (PngCheck.isPng(content)) {
      return PngCheck.check(content, mostPixels);
    }
    if (JpegCheck.isJpeg(content)) {
      return JpegCheck.check(content, mostPixels);
    }
    if (ExrCheck.isExr(content)) {
      return ExrCheck.check(content);
    }
    if (RadianceCheck.isRadiance(content)) {
      return RadianceCheck.check(content);
    }
    if (RasterCheck.isTiff(content)) {
      return RasterCheck.tiff(content, mostPixels);
    }
    if (RasterCheck.isBmp(content)) {
      return RasterCheck.bmp(content, mostPixels);
    }
    if (WebCheck.isWebp(content)) {
      return WebCheck.webp(content);
    }
    if (WebCheck.isJpeg2000(content)) {
      return WebCheck.jpeg2000(content);
    }
    if (ScanCheck.isScan(content)) {
      return ScanCheck.check(content);
    }
    if (extension.equals("tga")) {
      return TgaCheck.check(content, mostPixels);
    }
    // A file whose first bytes are zero has lost its content, whatever it was meant to be.
    String format = FORMATS.get(extension);
    if (format != null) {
      throw new Damaged("does not begin as a " + format + " file");
    }
    return new Ok(0, 0, "of this format only the length was checked", null);
  }

  private static String extension(Path file) {
    String name = file.toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}

package blenderer.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Look;
import blenderer.renderers.ImageCheck;
import blenderer.renderers.Picture;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hundred faults in sequences that real renderers made: all must be caught, by the check of the
 * file or by the judgement of the picture, and hardly any good frame may be blamed.
 */
@Tag("soak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlantedFaultsTest {

  private static final int FAULTS = 200;
  private static final int FRAMES = Integer.getInteger("looks.frames", 24);
  private static final int OF_DEMO = Integer.getInteger("looks.demo", 12);

  private static final String DEMO = "demo scene";

  /** In the mean over all cells; whoever changes less shows nobody a fault. */
  private static final double VISIBLE = 0.012;

  private enum Fault {
    BLACK,
    PINK,
    TRUNCATED,
    WRONG_SIZE,
    HALF,
    OTHER_SCENE
  }

  private Path folder = Path.of("");

  private final Map<String, List<BufferedImage>> images = new LinkedHashMap<>();
  private final Map<String, List<Picture>> good = new LinkedHashMap<>();
  private List<BufferedImage> pink = List.of();

  @BeforeAll
  void render(@TempDir Path shared) throws IOException, InterruptedException {
    folder = shared;
    RealPictures real = new RealPictures(folder);
    images.putAll(real.good(FRAMES, OF_DEMO));
    pink = real.pink(2);
    for (Map.Entry<String, List<BufferedImage>> sequence : images.entrySet()) {
      List<Picture> pictures = new ArrayList<>();
      for (BufferedImage image : sequence.getValue()) {
        pictures.add(pictureOf(bytes(image)));
      }
      good.put(sequence.getKey(), pictures);
    }
  }

  private static byte[] bytes(BufferedImage image) throws IOException {
    var out = new java.io.ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "png", out)).isTrue();
    return out.toByteArray();
  }

  private Picture pictureOf(byte[] file) throws IOException {
    return requireNonNull(((ImageCheck.Ok) checked(file, "")).picture());
  }

  private ImageCheck.Result checked(byte[] file, String size) throws IOException {
    return ImageCheck.check(Files.write(folder.resolve("frame.png"), file), size, 1 << 24);
  }

  /** What is flagged once all frames are there, which come in an order of chance. */
  private static Map<Integer, String> flagged(List<Picture> frames, SplittableRandom random) {
    Set<Integer> there = new HashSet<>();
    Pictures pictures =
        new Pictures(LookLimits.defaults(), () -> frames.size(), index -> !there.contains(index));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      order.add(random.nextInt(order.size() + 1), i);
    }
    for (int index : order) {
      there.add(index);
      pictures.add(index, new Pictures.Seen(row(index, frames.get(index)), null));
    }
    Map<Integer, String> found = new LinkedHashMap<>();
    for (int index : new TreeSet<>(pictures.flagged())) {
      Pictures.Seen seen = pictures.at(index);
      found.put(index, seen == null ? "" : seen.flags.getFirst().code());
    }
    return found;
  }

  private static Row.Look row(int index, Picture picture) {
    return new Row.Look(
        "job",
        0,
        index,
        1,
        new Look(
            "frame.png",
            picture.width(),
            picture.height(),
            picture.mean(),
            picture.black(),
            picture.transparent(),
            picture.pink(),
            picture.grid(),
            null));
  }

  @Test
  void at_most_one_good_frame_of_a_hundred_is_flagged() {
    int frames = 0;
    int blamed = 0;
    for (Map.Entry<String, List<Picture>> sequence : good.entrySet()) {
      Map<Integer, String> flagged = flagged(sequence.getValue(), new SplittableRandom(1));
      System.out.printf(
          "looks: %-20s %3d good frames, flagged %s%n",
          sequence.getKey(), sequence.getValue().size(), flagged);
      frames += sequence.getValue().size();
      blamed += flagged.size();
    }
    assertThat(blamed * 100).as("of %d frames", frames).isLessThanOrEqualTo(frames);
  }

  @Test
  void all_of_two_hundred_planted_faults_are_caught() throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    Map<Fault, Integer> planted = new EnumMap<>(Fault.class);
    List<String> missed = new ArrayList<>();
    int collateral = 0;
    List<String> names = List.copyOf(good.keySet());
    for (int i = 0; i < FAULTS; i++) {
      Fault fault = Fault.values()[i % Fault.values().length];
      String name = names.get(random.nextInt(names.size()));
      List<Picture> frames = new ArrayList<>(requireNonNull(good.get(name)));
      int at = -1;
      byte[] file = null;
      // Where a fault would show nothing, such as half a frame of which that half is empty
      // anyhow, another place is sought.
      for (int tries = 0; file == null && tries < 200; tries++) {
        at = random.nextInt(frames.size());
        file = spoiled(fault, name, at, random);
        if (isDeepInFade(frames, at) || !isVisible(fault, file, frames.get(at))) {
          file = null;
        }
      }
      if (file == null) {
        continue;
      }
      planted.merge(fault, 1, Integer::sum);
      String size = RealPictures.WIDTH + "x" + RealPictures.HEIGHT;
      // Every second job does not say which size its images have.
      ImageCheck.Result result = checked(file, i % 2 == 0 ? size : "");
      if (result instanceof ImageCheck.Bad) {
        continue;
      }
      Set<Integer> before = flagged(frames, new SplittableRandom(i)).keySet();
      frames.set(at, requireNonNull(((ImageCheck.Ok) result).picture()));
      Map<Integer, String> after = flagged(frames, new SplittableRandom(i));
      if (!after.containsKey(at)) {
        missed.add(fault + " in '" + name + "' at " + at);
      }
      Set<Integer> others = new HashSet<>(after.keySet());
      others.removeAll(before);
      others.remove(at);
      collateral += others.size();
    }
    System.out.printf(
        "looks: planted %s, missed %s, good frames blamed besides %d%n",
        planted, missed, collateral);
    assertThat(planted.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThan(190);
    assertThat(missed).isEmpty();
    assertThat(collateral).isLessThanOrEqualTo(FAULTS / 100);
  }

  /** Near black, half a frame cannot be told from the next step of the fade. */
  private static boolean isDeepInFade(List<Picture> frames, int at) {
    double brightest = frames.stream().mapToDouble(Picture::mean).max().orElse(0);
    return frames.get(at).mean() < 0.25 * brightest;
  }

  private boolean isVisible(Fault fault, byte @Nullable [] file, Picture whole) throws IOException {
    if (file == null) {
      return false;
    }
    return switch (fault) {
      case TRUNCATED, WRONG_SIZE -> true;
      case BLACK, PINK, HALF, OTHER_SCENE ->
          pictureOf(file).grid().distance(whole.grid()) > VISIBLE;
    };
  }

  private byte @Nullable [] spoiled(Fault fault, String name, int at, SplittableRandom random)
      throws IOException {
    BufferedImage whole = requireNonNull(images.get(name)).get(at);
    byte[] file = bytes(whole);
    return switch (fault) {
      case BLACK -> bytes(new BufferedImage(whole.getWidth(), whole.getHeight(), 1));
      case TRUNCATED -> Arrays.copyOf(file, random.nextInt(file.length));
      case HALF -> bytes(half(whole, random.nextBoolean()));
      case WRONG_SIZE -> bytes(scaled(whole, whole.getWidth() / 2, whole.getHeight() / 2));
      case PINK ->
          bytes(name.equals(DEMO) ? pink.get(random.nextInt(pink.size())) : painted(whole));
      case OTHER_SCENE -> {
        // The shots of POV-Ray show one place; the demo scene is another.
        boolean demo = name.equals(DEMO);
        List<BufferedImage> other = requireNonNull(images.get(demo ? "cuts" : DEMO));
        yield bytes(other.get(random.nextInt(other.size())));
      }
    };
  }

  /** A frame of which the lower half was never written: black, or nothing at all. */
  private static BufferedImage half(BufferedImage whole, boolean clear) {
    BufferedImage image = scaled(whole, whole.getWidth(), whole.getHeight());
    for (int y = image.getHeight() / 2; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, clear ? 0 : 0xFF000000);
      }
    }
    return image;
  }

  private static BufferedImage scaled(BufferedImage whole, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(whole, 0, 0, width, height, null);
    graphics.dispose();
    return image;
  }

  /** A tenth of the picture as if it had a texture that is missing, lit as it was. */
  private static BufferedImage painted(BufferedImage whole) {
    BufferedImage image = scaled(whole, whole.getWidth(), whole.getHeight());
    for (int y = image.getHeight() / 2; y < image.getHeight() * 5 / 6; y++) {
      for (int x = image.getWidth() / 3; x < image.getWidth() * 2 / 3; x++) {
        int pixel = image.getRGB(x, y);
        int light = Math.max(pixel >> 16 & 0xFF, Math.max(pixel >> 8 & 0xFF, pixel & 0xFF));
        image.setRGB(x, y, 0xFF000000 | light << 16 | light / 12 << 8 | light);
      }
    }
    return image;
  }
}

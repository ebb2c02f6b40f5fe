package blenderer.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Look;
import blenderer.renderers.ImageCheck;
import blenderer.renderers.Picture;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/** Good sequences, faults planted in them, and what is flagged of both. */
final class FaultPlanter {

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

  private final Path folder;
  private final Map<String, List<BufferedImage>> images = new LinkedHashMap<>();

  /** For each sequence the one that a frame of another scene comes from. */
  private final Map<String, List<BufferedImage>> elsewhere = new LinkedHashMap<>();

  /** Real frames without textures, where there are any; else they are painted. */
  private final Map<String, List<BufferedImage>> pink = new LinkedHashMap<>();

  private final Map<String, List<Picture>> good = new LinkedHashMap<>();

  FaultPlanter(Path folder) {
    this.folder = folder;
  }

  void add(String name, List<BufferedImage> frames, List<BufferedImage> other) {
    images.put(name, frames);
    elsewhere.put(name, other);
    List<Picture> pictures = new ArrayList<>();
    for (BufferedImage image : frames) {
      pictures.add(pictureOf(bytes(image)));
    }
    good.put(name, pictures);
  }

  /** Of a sequence whose frames without their textures are known. */
  void addBare(String name, List<BufferedImage> frames) {
    pink.put(name, frames);
  }

  private static byte[] bytes(BufferedImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, "png", out)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private Picture pictureOf(byte[] file) {
    return requireNonNull(((ImageCheck.Ok) checked(file, "")).picture());
  }

  private ImageCheck.Result checked(byte[] file, String size) {
    try {
      return ImageCheck.check(Files.write(folder.resolve("frame.png"), file), size, 1 << 24);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /** At most one good frame of a hundred is flagged. */
  void assertGoodFramesArePassed() {
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

  /**
   * All but a few are, and hardly any good frame is blamed beside them.
   *
   * @param mostMissed how many may be missed
   */
  void assertFaultsAreCaught(int faults, int mostMissed) {
    SplittableRandom random = new SplittableRandom(4);
    Map<Fault, Integer> planted = new EnumMap<>(Fault.class);
    List<String> missed = new ArrayList<>();
    int collateral = 0;
    List<String> names = List.copyOf(good.keySet());
    for (int i = 0; i < faults; i++) {
      Fault fault = Fault.values()[i % Fault.values().length];
      String name = "";
      List<Picture> frames = List.of();
      int at = -1;
      byte[] file = null;
      // Where a fault would show nothing, such as half a frame of which that half is empty
      // anyhow, another place is sought.
      for (int tries = 0; file == null && tries < 200; tries++) {
        name = names.get(random.nextInt(names.size()));
        frames = new ArrayList<>(requireNonNull(good.get(name)));
        at = random.nextInt(frames.size());
        file = spoiled(fault, name, at, random);
        if (isHopeless(fault, name)
            || isDeepInFade(frames, at)
            || !isVisible(fault, file, frames.get(at))) {
          file = null;
        }
      }
      if (file == null) {
        throw new AssertionError("no place for " + fault);
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
    assertThat(planted.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(faults);
    assertThat(missed).hasSizeLessThanOrEqualTo(mostMissed);
    assertThat(collateral).isLessThanOrEqualTo(faults / 100);
  }

  /**
   * The same for every fault that only the picture tells, in each frame of each sequence.
   *
   * @return what is missed, and which good frames are blamed besides, as shares of the faults
   */
  List<Double> plantEverywhere() {
    SplittableRandom random = new SplittableRandom(5);
    int planted = 0;
    List<String> missed = new ArrayList<>();
    int collateral = 0;
    for (String name : good.keySet()) {
      List<Picture> whole = requireNonNull(good.get(name));
      Set<Integer> before = flagged(whole, new SplittableRandom(1)).keySet();
      for (int at = 0; at < whole.size(); at++) {
        for (Fault fault : List.of(Fault.BLACK, Fault.PINK, Fault.HALF, Fault.OTHER_SCENE)) {
          byte[] file = spoiled(fault, name, at, random);
          if (file == null
              || isHopeless(fault, name)
              || isDeepInFade(whole, at)
              || !isVisible(fault, file, whole.get(at))) {
            continue;
          }
          planted++;
          List<Picture> frames = new ArrayList<>(whole);
          frames.set(at, pictureOf(file));
          Set<Integer> after = flagged(frames, new SplittableRandom(planted)).keySet();
          if (!after.contains(at)) {
            missed.add(fault + " in '" + name + "' at " + at);
          }
          for (int other : after) {
            collateral += other != at && !before.contains(other) ? 1 : 0;
          }
        }
      }
    }
    System.out.printf(
        "looks: planted everywhere %d, missed %d: %s, good frames blamed besides %d%n",
        planted, missed.size(), missed, collateral);
    return List.of(missed.size() / (double) planted, collateral / (double) planted);
  }

  /**
   * What docs/looking-at-frames.md says cannot be told: half of some thin letters that move, and
   * another scene where each frame shows another side of the place anyway.
   */
  private static boolean isHopeless(Fault fault, String shot) {
    return fault == Fault.HALF && (shot.endsWith(": names") || shot.endsWith(": credits"))
        || fault == Fault.OTHER_SCENE && shot.endsWith(": whole turns");
  }

  /** Near black, half a frame cannot be told from the next step of the fade. */
  private static boolean isDeepInFade(List<Picture> frames, int at) {
    double brightest = frames.stream().mapToDouble(Picture::mean).max().orElse(0);
    return frames.get(at).mean() < 0.25 * brightest;
  }

  private boolean isVisible(Fault fault, byte @Nullable [] file, Picture whole) {
    if (file == null) {
      return false;
    }
    return switch (fault) {
      case TRUNCATED, WRONG_SIZE -> true;
      case BLACK, PINK, HALF, OTHER_SCENE ->
          pictureOf(file).grid().distance(whole.grid()) > VISIBLE;
    };
  }

  private byte @Nullable [] spoiled(Fault fault, String name, int at, SplittableRandom random) {
    BufferedImage whole = requireNonNull(images.get(name)).get(at);
    byte[] file = bytes(whole);
    return switch (fault) {
      case BLACK -> bytes(new BufferedImage(whole.getWidth(), whole.getHeight(), 1));
      case TRUNCATED -> Arrays.copyOf(file, random.nextInt(file.length));
      case HALF -> bytes(half(whole, random.nextBoolean()));
      case WRONG_SIZE -> bytes(scaled(whole, whole.getWidth() / 2, whole.getHeight() / 2));
      case PINK -> {
        List<BufferedImage> bare = pink.getOrDefault(name, List.of());
        yield bytes(bare.isEmpty() ? painted(whole) : bare.get(random.nextInt(bare.size())));
      }
      case OTHER_SCENE -> {
        List<BufferedImage> other = requireNonNull(elsewhere.get(name));
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

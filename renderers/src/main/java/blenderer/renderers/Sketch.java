package blenderer.renderers;

import blenderer.model.PictureGrid;
import java.util.Arrays;

/**
 * Gathers what a picture looks like while its rows go by, so that no large picture need be kept.
 */
final class Sketch {

  /** Brighter than this, of 255, is not black. */
  private static final int BLACK = 2;

  /** Of 255; what is covered less tells no colour. */
  private static final int COVERED = 128;

  /** Darker than this, of 255, the colour of missing textures cannot be told from others. */
  private static final int PINK_LEAST = 24;

  private static final int SURELY = 5;

  private static final int LIGHT_TILE = 0x70;
  private static final int DARK_TILE = 0x58;
  private static final int TILE = 8;

  private final int width;
  private final int height;
  private final int smallWidth;
  private final int smallHeight;

  /** For each column the one of the small picture that it is part of. */
  private final int[] columns;

  /** Sums of the small picture's row that grows: red, green, blue over black, and cover. */
  private final long[] sums;

  private final int[] counts;
  private final int[] small;
  private final long[] cells = new long[PictureGrid.BYTES];
  private final long[] cellCounts = new long[PictureGrid.SIDE * PictureGrid.SIDE];
  private int growing;
  private long luminance;
  private long black;
  private long transparent;
  private long pink;

  Sketch(int width, int height) {
    this.width = width;
    this.height = height;
    double scale = Math.max(1, Math.max(width, height) / (double) Picture.LONGEST_SIDE);
    smallWidth = Math.max(1, (int) Math.round(width / scale));
    smallHeight = Math.max(1, (int) Math.round(height / scale));
    columns = new int[width];
    for (int x = 0; x < width; x++) {
      columns[x] = (int) ((long) x * smallWidth / width);
    }
    sums = new long[smallWidth * 4];
    counts = new int[smallWidth];
    small = new int[smallWidth * smallHeight];
  }

  /**
   * Takes the next row, top row first.
   *
   * @param argb not multiplied by its alpha
   */
  void row(int y, int[] argb) {
    int row = (int) ((long) y * smallHeight / height);
    if (row != growing) {
      finishRow();
      growing = row;
    }
    for (int x = 0; x < width; x++) {
      int pixel = argb[x];
      int alpha = pixel >>> 24;
      int red = (pixel >>> 16) & 0xFF;
      int green = (pixel >>> 8) & 0xFF;
      int blue = pixel & 0xFF;
      if (alpha == 255) {
        if (red <= BLACK && green <= BLACK && blue <= BLACK) {
          black++;
        }
      } else if (alpha == 0) {
        transparent++;
      }
      if (alpha >= COVERED) {
        pink += pinkness(red, green, blue);
      }
      if (alpha != 255) {
        red = red * alpha / 255;
        green = green * alpha / 255;
        blue = blue * alpha / 255;
      }
      luminance += 2126 * red + 7152 * green + 722 * blue;
      int at = columns[x];
      sums[4 * at] += red;
      sums[4 * at + 1] += green;
      sums[4 * at + 2] += blue;
      sums[4 * at + 3] += alpha;
      counts[at]++;
    }
  }

  /**
   * How surely it is the colour of a missing texture, in fifths: full red and blue without green,
   * lit and seen through a view transform. Standard and Filmic leave next to no green; AgX lets in
   * the more the brighter it is, and what looks like that may be meant, so it counts less.
   */
  private static int pinkness(int red, int green, int blue) {
    int least = Math.min(red, blue);
    int most = Math.max(red, blue);
    if (green >= least || least < PINK_LEAST || most - least > most / 4) {
      return 0;
    }
    if (green <= least / 4 && most - least <= most / 6) {
      return SURELY;
    }
    double expected = 0.33 + 1.4 * (most / 255.0 - 0.69);
    return most >= 128 && Math.abs(green / (double) least - expected) <= 0.1 ? 1 : 0;
  }

  private void finishRow() {
    for (int x = 0; x < smallWidth; x++) {
      int count = Math.max(1, counts[x]);
      int alpha = (int) (sums[4 * x + 3] / count);
      int cell =
          growing * PictureGrid.SIDE / smallHeight * PictureGrid.SIDE
              + x * PictureGrid.SIDE / smallWidth;
      cellCounts[cell]++;
      int ground = 255 - alpha;
      if (ground > 0) {
        ground *= (x / TILE + growing / TILE) % 2 == 0 ? LIGHT_TILE : DARK_TILE;
        ground /= 255;
      }
      int rgb = 0;
      for (int channel = 0; channel < 3; channel++) {
        int value = (int) (sums[4 * x + channel] / count);
        cells[3 * cell + channel] += value;
        rgb = rgb << 8 | Math.min(255, value + ground);
      }
      small[growing * smallWidth + x] = rgb;
      counts[x] = 0;
    }
    Arrays.fill(sums, 0);
  }

  /** What the picture looks like; after its last row. */
  Picture picture() {
    finishRow();
    byte[] grid = new byte[PictureGrid.BYTES];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = (byte) (cells[i] / Math.max(1, cellCounts[i / 3]));
    }
    double pixels = (double) width * height;
    return new Picture(
        width,
        height,
        luminance / (pixels * 255 * 10_000),
        black / pixels,
        transparent / pixels,
        pink / pixels / SURELY,
        PictureGrid.of(grid),
        new Picture.Small(smallWidth, smallHeight, small));
  }
}

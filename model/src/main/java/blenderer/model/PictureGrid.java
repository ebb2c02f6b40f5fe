package blenderer.model;

import java.util.Arrays;
import java.util.Base64;

/**
 * A picture of eight by eight cells, each the mean colour of its part of the real one, seen over
 * black: what two frames are compared by. Immutable.
 */
public final class PictureGrid {

  /** Cells across and down. */
  public static final int SIDE = 8;

  /** Bytes: red, green, blue of each cell, row by row from the top left. */
  public static final int BYTES = SIDE * SIDE * 3;

  private static final int SOME = 3;

  private final byte[] cells;

  private PictureGrid(byte[] cells) {
    this.cells = cells;
  }

  /**
   * The grid of these cells.
   *
   * @throws IllegalArgumentException when there are not {@link #BYTES} of them
   */
  public static PictureGrid of(byte[] cells) {
    if (cells.length != BYTES) {
      throw new IllegalArgumentException("a grid has " + BYTES + " bytes, not " + cells.length);
    }
    return new PictureGrid(cells.clone());
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static PictureGrid parse(String text) {
    return of(Base64.getDecoder().decode(text));
  }

  /**
   * How far two pictures are apart: the mean difference of their cells' channels, 0 to 1. Keeps the
   * triangle inequality, on which the comparison of neighbours rests.
   */
  public double distance(PictureGrid other) {
    int sum = 0;
    for (int i = 0; i < BYTES; i++) {
      sum += Math.abs((cells[i] & 0xFF) - (other.cells[i] & 0xFF));
    }
    return sum / (255.0 * BYTES);
  }

  /**
   * How far the shapes of two pictures are apart, whatever light they are in: as {@link
   * #distance(PictureGrid)} after each was divided by its level. 0 for the same, near 1 for two
   * that have little in common.
   */
  public double distance(PictureGrid other, double level, double otherLevel) {
    double scale = 1 / level;
    double otherScale = 1 / otherLevel;
    double sum = 0;
    for (int i = 0; i < BYTES; i++) {
      sum += Math.abs((cells[i] & 0xFF) * scale - (other.cells[i] & 0xFF) * otherScale);
    }
    return sum / (255.0 * BYTES);
  }

  /**
   * How many cells have nothing in them here and something there, or the other way round, as a
   * share of all. A cell that is nearly black counts in part.
   */
  public double holes(PictureGrid other) {
    int sum = 0;
    for (int i = 0; i < BYTES; i += 3) {
      sum += Math.abs(some(i) - other.some(i));
    }
    return sum / (double) (SOME * SIDE * SIDE);
  }

  /**
   * How far the frames around what is in the pictures are apart: the mean of both directions, 1 for
   * the whole side. What has nothing in it has a frame without extent in the middle.
   */
  public double extent(PictureGrid other) {
    int[] one = frame();
    int[] two = other.frame();
    int sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.abs(one[i] - two[i]);
    }
    return sum / (2.0 * SIDE);
  }

  /** Left, top, right, bottom. */
  private int[] frame() {
    int[] frame = {SIDE, SIDE, 0, 0};
    for (int i = 0; i < BYTES; i += 3) {
      if (some(i) > 0) {
        int x = i / 3 % SIDE;
        int y = i / 3 / SIDE;
        frame[0] = Math.min(frame[0], x);
        frame[1] = Math.min(frame[1], y);
        frame[2] = Math.max(frame[2], x + 1);
        frame[3] = Math.max(frame[3], y + 1);
      }
    }
    return frame[2] == 0 ? new int[] {SIDE / 2, SIDE / 2, SIDE / 2, SIDE / 2} : frame;
  }

  /** How sure it is that there is something in a cell, 0 to {@link #SOME}. */
  private int some(int place) {
    return Math.min(SOME, Math.max(value(place), Math.max(value(place + 1), value(place + 2))));
  }

  /** One channel of one cell, 0 to 255; {@code place} is below {@link #BYTES}. */
  public int value(int place) {
    return cells[place] & 0xFF;
  }

  /** The mean of all channels, 0 to 1. */
  public double level() {
    int sum = 0;
    for (byte cell : cells) {
      sum += cell & 0xFF;
    }
    return sum / (255.0 * BYTES);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PictureGrid grid && Arrays.equals(cells, grid.cells);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(cells);
  }

  /** The text form: Base64. */
  @Override
  public String toString() {
    return Base64.getEncoder().encodeToString(cells);
  }
}

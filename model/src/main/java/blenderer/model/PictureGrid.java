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

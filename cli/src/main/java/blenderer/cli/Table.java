package blenderer.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows under headers, aligned. When the terminal is too narrow, the columns that may be cut give
 * way, the widest first.
 */
public final class Table {

  private static final String GAP = "  ";
  private static final int NARROWEST = 6;

  /**
   * A column.
   *
   * @param right whether numbers stand to the right
   * @param cuttable whether it may be shortened
   */
  private record Column(String header, boolean right, boolean cuttable) {}

  private final List<Column> columns;
  private final List<String[]> rows = new ArrayList<>();

  private Table(List<Column> columns) {
    this.columns = columns;
  }

  /** Headers; one that begins with {@code >} stands to the right, with {@code ~} may be cut. */
  public static Table of(String... headers) {
    List<Column> columns = new ArrayList<>();
    for (String header : headers) {
      boolean right = header.startsWith(">");
      boolean cuttable = header.startsWith("~");
      columns.add(new Column(right || cuttable ? header.substring(1) : header, right, cuttable));
    }
    return new Table(columns);
  }

  /** Adds a row; null is an empty cell. */
  public Table row(@Nullable Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException("a row of " + cells.length + " cells");
    }
    rows.add(
        Arrays.stream(cells)
            .map(cell -> cell == null ? "" : Texts.clean(cell.toString()))
            .toArray(String[]::new));
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Prints headers and rows within {@code width} columns. */
  public void print(PrintWriter out, int width, boolean colour) {
    int[] widths = widths(width);
    String[] headers = columns.stream().map(Column::header).toArray(String[]::new);
    String head = line(headers, widths);
    out.println(colour ? "\033[1m" + head + "\033[0m" : head);
    for (String[] row : rows) {
      out.println(line(row, widths));
    }
  }

  private int[] widths(int width) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Texts.width(columns.get(i).header());
      for (String[] row : rows) {
        widths[i] = Math.max(widths[i], Texts.width(row[i]));
      }
    }
    int gaps = GAP.length() * (widths.length - 1);
    while (Arrays.stream(widths).sum() + gaps > width) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        if (columns.get(i).cuttable()
            && widths[i] > NARROWEST
            && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private String line(String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String cell = Texts.cut(cells[i], widths[i]);
      String space = " ".repeat(widths[i] - Texts.width(cell));
      if (i > 0) {
        line.append(GAP);
      }
      line.append(columns.get(i).right() ? space + cell : cell + space);
    }
    return line.toString().stripTrailing();
  }
}

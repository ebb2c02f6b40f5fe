package blenderer.node.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Cuts bytes into lines at line feeds and carriage returns; a line too long comes in pieces. */
final class LineSplitter {

  /** Takes the lines. */
  interface Sink {
    /**
     * Takes one.
     *
     * @param whole false for all pieces of a line but its first, which no program meant as a line
     */
    void line(String line, boolean whole);
  }

  private final int longest;
  private final Sink sink;
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
  private boolean whole = true;
  private boolean afterReturn;

  /**
   * @param longest in bytes
   */
  LineSplitter(int longest, Sink sink) {
    this.longest = longest;
    this.sink = sink;
  }

  void feed(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      byte b = bytes[i];
      if (b == '\n' && afterReturn) {
        afterReturn = false;
        continue;
      }
      afterReturn = b == '\r';
      if (b == '\n' || b == '\r') {
        emit();
        whole = true;
      } else {
        rest.write(b);
        if (rest.size() >= longest) {
          emit();
          whole = false;
        }
      }
    }
  }

  private void emit() {
    String line = rest.toString(StandardCharsets.UTF_8);
    rest.reset();
    sink.line(line, whole);
  }
}

package blenderer.journal;

/** The right to write a journal in PostgreSQL, which one server has at a time. */
interface Leadership extends AutoCloseable {

  /** What every write of this server must name; 0: it may not write. */
  long epoch();

  /** Gives the right back. */
  @Override
  void close();
}

package blenderer.blendfile;

/** The bytes are no .blend; the text is the end of a sentence about the file. */
final class DamagedException extends RuntimeException {
  DamagedException(String why) {
    super(why);
  }
}

package blenderer.api;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of a blob on their way, from the server or past it. Must be closed. */
interface BlobReply extends AutoCloseable {

  /** 200, 206 or 416. */
  int status();

  InputStream body();

  /** What a break in the middle of the bytes means to the caller. */
  UnreachableException lost(IOException e);

  @Override
  void close();
}

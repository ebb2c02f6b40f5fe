package blenderer.submit;

import blenderer.model.Digest;
import java.nio.file.Path;

/**
 * What a file held when it was read.
 *
 * @param stamp before and after the reading
 */
record HashedFile(Path file, Digest digest, FileStamp stamp) {}

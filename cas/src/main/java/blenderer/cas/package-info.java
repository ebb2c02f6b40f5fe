/**
 * The content store: bytes under the name of their SHA-256, and file trees as manifests of digests.
 *
 * <p>Bytes are files ({@link blenderer.cas.BlobFiles}); which of them count, since when and until
 * when, is said by rows behind the port {@link blenderer.cas.BlobIndex}. A row is written only
 * after its bytes are safe on disk, and removed before them, so a crash leaves at worst a file
 * without a row, which {@link blenderer.cas.ContentStore#sweep} takes away.
 *
 * <p>INV-4 (a blob under a digest has that digest) is kept by letting no file reach its final name
 * except through {@link blenderer.cas.PartFile#finish}, which has hashed every byte. INV-5 (what is
 * needed is not evicted) is kept by holds and by the index, which alone decides about removal.
 *
 * <p>Everything here may be called from many threads. Starts no thread and reads no clock but the
 * one it is given. Depends on {@code model} and on Jackson's streaming parser.
 */
@NullMarked
package blenderer.cas;

import org.jspecify.annotations.NullMarked;

/**
 * The bytes of the content store in an S3 bucket: {@link blenderer.s3.S3Backend} keeps them, {@link
 * blenderer.s3.S3Direct} lets senders and readers go past the server.
 *
 * <p>A blob is the object {@code PREFIX/blobs/ab/DIGEST}. The object {@code PREFIX/farm} says whose
 * bucket it is, so that no farm takes another's blobs for forgotten ones.
 *
 * <p>INV-4: the store compares what it takes with the SHA-256 that the request names (asked for
 * once at the start, since not every store does); a blob of one request has its digest there. One
 * of several requests is compared part by part, and whole by whoever reads it.
 *
 * <p>Everything here may be called from many threads. Starts no thread. Depends on {@code cas},
 * {@code model} and Amazon's client library, which nothing outside this package sees.
 */
@NullMarked
package blenderer.s3;

import org.jspecify.annotations.NullMarked;

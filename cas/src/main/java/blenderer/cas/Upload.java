package blenderer.cas;

import blenderer.model.Digest;

/**
 * How far an upload is.
 *
 * @param id the same for the same owner, digest and size
 * @param received how many bytes are on disk; the next part starts there
 */
public record Upload(String id, Digest digest, long size, Uploader owner, long received) {}

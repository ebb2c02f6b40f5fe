package blenderer.api;

import blenderer.model.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/**
 * Sends one blob past the server, part by part; goes on where it or another client of the farm
 * stopped. Used once, by one thread.
 */
final class DirectUpload {

  private final BlobCalls calls;
  private final Backoff backoff;
  private final Digest digest;
  private final long size;
  private final BlobSource source;
  private final TransferProgress progress;
  private long told;

  DirectUpload(
      BlobCalls calls,
      Backoff backoff,
      Digest digest,
      long size,
      BlobSource source,
      TransferProgress progress) {
    this.calls = calls;
    this.backoff = backoff;
    this.digest = digest;
    this.size = size;
    this.source = source;
    this.progress = progress;
  }

  void send() {
    Backoff.Tries tries = backoff.start();
    Farm.NewUpload wanted = new Farm.NewUpload(digest.hex(), size);
    while (true) {
      try {
        DirectTransfer.Upload upload = calls.beginDirect(wanted);
        tell(upload, upload.done());
        for (int part = upload.done(); part < upload.count(); part++) {
          sendPart(upload, part);
          tell(upload, part + 1);
          tries.progress();
        }
        calls.commitDirect(wanted);
        return;
      } catch (ApiException e) {
        tries.pauseOrThrow(e.code().equals("upload-incomplete") ? BlobTransfer.asPassing(e) : e);
      } catch (UnreachableException e) {
        tries.pauseOrThrow(e);
      }
    }
  }

  private void tell(DirectTransfer.Upload upload, int parts) {
    long there = parts == upload.count() ? size : parts * upload.partSize();
    progress.moved(there - told);
    told = there;
  }

  private void sendPart(DirectTransfer.Upload upload, int part) {
    long offset = part * upload.partSize();
    HttpCall.Body bytes =
        BlobTransfer.body(source, offset, Math.min(upload.partSize(), size - offset));
    DirectTransfer.Address address = upload.next();
    if (address == null || part != upload.done()) {
      Digest sum = upload.count() == 1 ? digest : sum(bytes);
      address = calls.directPart(new DirectTransfer.Part(digest.hex(), size, part, sum.hex()));
    }
    if (!calls.sendDirect(address, bytes)) {
      throw LocalFileException.changed(source.name());
    }
  }

  private Digest sum(HttpCall.Body bytes) {
    MessageDigest hasher = Digest.newHasher();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), hasher)) {
      bytes.writeTo(out);
    } catch (IOException e) {
      throw LocalFileException.unreadable(source.name(), e);
    }
    return Digest.ofHash(hasher.digest());
  }
}

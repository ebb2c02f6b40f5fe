package blenderer.node.outbox;

import blenderer.api.ApiException;
import blenderer.api.FarmException;
import blenderer.api.LocalFileException;
import blenderer.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uploads what lies in the outbox, while the next frames render. */
public final class Uploader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");
  private static final int AT_ONCE = 64;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final Outbox outbox;
  private final BlobSink sink;
  private final Runnable whenReady;
  private final Duration longestPause;
  private final Thread thread;
  private int failures;

  /**
   * @param whenReady called when a result can be offered to the server
   * @param longestPause between two tries while the server is away
   */
  public Uploader(Outbox outbox, BlobSink sink, Runnable whenReady, Duration longestPause) {
    this.outbox = outbox;
    this.sink = sink;
    this.whenReady = whenReady;
    this.longestPause = longestPause;
    this.thread = Thread.ofPlatform().daemon().name("uploader").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        List<Entry> entries = outbox.awaitUploads(AT_ONCE);
        try {
          upload(entries);
          failures = 0;
        } catch (FarmException e) {
          if (failures == 0) {
            LOG.info("Finished frames wait here: {}", e.sentence());
          }
          pause();
        } catch (RuntimeException e) {
          // Nobody else would ever upload again.
          LOG.error("Uploading failed, and will be tried again", e);
          pause();
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void pause() throws InterruptedException {
    long most = Math.min(longestPause.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures, 16));
    failures++;
    Thread.sleep(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }

  private void upload(List<Entry> entries) {
    Set<Digest> digests = new LinkedHashSet<>();
    entries.forEach(entry -> entry.blobs().forEach(blob -> digests.add(blob.digest())));
    Set<Digest> missing = digests.isEmpty() ? Set.of() : sink.missing(digests);
    Set<Digest> sent = new LinkedHashSet<>();
    ApiException refusal = null;
    for (Entry entry : entries) {
      try {
        upload(entry, missing, sent);
        whenReady.run();
      } catch (ApiException e) {
        if (e.mayPass()) {
          throw e;
        }
        refusal = e; // of this entry; the others shall not wait for it
      }
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  private void upload(Entry entry, Set<Digest> missing, Set<Digest> sent) {
    for (Entry.Blob blob : entry.blobs()) {
      if (!missing.contains(blob.digest()) || sent.contains(blob.digest())) {
        continue;
      }
      try {
        sink.upload(blob.digest(), Files.size(blob.file()), blob.file());
        sent.add(blob.digest());
      } catch (IOException e) {
        outbox.damaged(entry, "'" + blob.file() + "' cannot be read");
        return;
      } catch (LocalFileException e) {
        outbox.damaged(entry, e.sentence());
        return;
      } catch (ApiException e) {
        if (e.status() == 422) {
          outbox.damaged(entry, "its bytes are not what they were");
          return;
        }
        if (e.status() == 403) {
          // Too late to be taken; offered all the same, the server says that it is stale.
          outbox.uploaded(entry);
        }
        throw e;
      }
    }
    outbox.uploaded(entry);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

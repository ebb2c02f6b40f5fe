package blenderer.node.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheTest {

  @TempDir Path folder;

  private final Map<Digest, String> farm = new ConcurrentHashMap<>();
  private final List<Digest> fetched = new CopyOnWriteArrayList<>();
  private final AtomicLong free = new AtomicLong(1000);

  private Digest blob(String text) {
    Digest digest = Digest.of(text.getBytes(StandardCharsets.UTF_8));
    farm.put(digest, text);
    return digest;
  }

  private void fetch(Digest digest, Path target) {
    String text = farm.get(digest);
    if (text == null) {
      throw new IllegalStateException("not there");
    }
    try {
      fetched.add(digest);
      Files.createDirectories(target.getParent());
      Files.writeString(target, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BlobCache open(long bound) throws IOException {
    return BlobCache.open(folder, bound, new DiskRoom(100, free::get), this::fetch, 4);
  }

  private BlobCache.Pins pin(BlobCache cache, Digest... digests) throws InterruptedException {
    return (BlobCache.Pins) acquire(cache, digests);
  }

  private BlobCache.Acquired acquire(BlobCache cache, Digest... digests)
      throws InterruptedException {
    Map<Digest, Long> wanted = new HashMap<>();
    for (Digest digest : digests) {
      wanted.put(digest, (long) farm.getOrDefault(digest, "").length());
    }
    return cache.acquire(wanted);
  }

  @Test
  void what_is_here_is_not_fetched_again_even_after_a_restart() throws Exception {
    Digest a = blob("aaaa");
    pin(open(100), a).close();
    BlobCache cache = open(100);
    assertThat(cache.bytes()).isEqualTo(4);
    pin(cache, a).close();
    assertThat(fetched).containsExactly(a);
    assertThat(cache.files().path(a)).hasContent("aaaa");
  }

  @Test
  void the_one_used_longest_ago_goes_first() throws Exception {
    BlobCache cache = open(10);
    Digest a = blob("aaaa");
    Digest b = blob("bbbb");
    Digest c = blob("cccc");
    pin(cache, a).close();
    pin(cache, b).close();
    pin(cache, a).close();
    pin(cache, c).close();
    assertThat(cache.files().path(a)).exists();
    assertThat(cache.files().path(b)).doesNotExist();
    assertThat(cache.bytes()).isEqualTo(8);
  }

  @Test
  void the_order_outlasts_a_restart() throws Exception {
    Digest a = blob("aaaa");
    Digest b = blob("bbbb");
    BlobCache first = open(10);
    pin(first, a, b).close();
    Files.setLastModifiedTime(first.files().path(a), FileTime.fromMillis(1_000_000));
    BlobCache again = open(10);
    pin(again, blob("cccc")).close();
    assertThat(again.files().path(a)).doesNotExist();
    assertThat(again.files().path(b)).exists();
  }

  @Test
  void what_is_pinned_stays_and_what_does_not_fit_beside_it_is_refused() throws Exception {
    BlobCache cache = open(10);
    Digest a = blob("aaaaaa");
    Digest b = blob("bbbbbb");
    BlobCache.Pins held = pin(cache, a);
    assertThat(acquire(cache, b)).isEqualTo(new BlobCache.NoRoom(false, 6));
    assertThat(cache.files().path(a)).exists();
    held.close();
    held.close();
    pin(cache, b).close();
    assertThat(cache.files().path(a)).doesNotExist();
  }

  @Test
  void a_full_disk_is_told_from_a_small_cache_and_space_is_given_back() throws Exception {
    BlobCache cache = open(1000);
    Digest a = blob("aaaa");
    pin(cache, a).close();
    free.set(102);
    assertThat(acquire(cache, blob("bbbb"))).isEqualTo(new BlobCache.NoRoom(true, 4));
    assertThat(cache.bytes()).isZero();
    free.set(104);
    pin(cache, a).close();
    free.set(50);
    cache.giveSpace();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void a_failed_download_keeps_nothing_pinned() throws Exception {
    BlobCache cache = open(10);
    Digest a = blob("aaaaaa");
    Digest gone = Digest.of(new byte[] {1});
    assertThatThrownBy(() -> acquire(cache, a, gone)).hasMessage("not there");
    pin(cache, blob("bbbbbbbb")).close();
    assertThat(cache.files().path(a)).doesNotExist();
  }

  @Test
  void two_who_want_the_same_blob_fetch_it_once() throws Exception {
    BlobCache cache = open(100);
    Digest a = blob("aaaa");
    CountDownLatch done = new CountDownLatch(4);
    for (int i = 0; i < 4; i++) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  pin(cache, a).close();
                  done.countDown();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
    done.await();
    assertThat(fetched).containsExactly(a);
    assertThat(cache.bytes()).isEqualTo(4);
  }
}

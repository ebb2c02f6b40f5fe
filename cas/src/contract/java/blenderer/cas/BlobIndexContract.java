package blenderer.cas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every index must do. */
abstract class BlobIndexContract {

  /** An index without rows, new in each test. */
  abstract BlobIndex index();

  private static final Digest A = digest(1);
  private static final Digest B = digest(2);

  static Digest digest(int number) {
    return new Digest(String.format("%064x", number));
  }

  @Test
  void an_added_row_is_found_and_an_unknown_digest_is_passed_over() {
    BlobIndex index = index();
    index.add(new BlobRow(A, 5, 10, 20));
    assertThat(index.find(List.of(A, B, A))).isEqualTo(Map.of(A, new BlobRow(A, 5, 10, 20)));
    assertThat(index.find(List.of())).isEmpty();
  }

  @Test
  void adding_again_keeps_the_later_times_and_takes_the_new_size() {
    BlobIndex index = index();
    index.add(new BlobRow(A, 5, 10, 20));
    index.add(new BlobRow(A, 6, 9, 30));
    assertThat(index.find(List.of(A)).get(A)).isEqualTo(new BlobRow(A, 6, 10, 30));
    index.add(new BlobRow(A, 6, 12, 25));
    assertThat(index.find(List.of(A)).get(A)).isEqualTo(new BlobRow(A, 6, 12, 30));
  }

  @Test
  void a_hold_raises_times_and_tells_which_rows_exist() {
    BlobIndex index = index();
    index.add(new BlobRow(A, 5, 10, 20));
    assertThat(index.hold(List.of(A, B), 15, 40)).isEqualTo(Map.of(A, new BlobRow(A, 5, 15, 40)));
    assertThat(index.find(List.of(A, B))).isEqualTo(Map.of(A, new BlobRow(A, 5, 15, 40)));
  }

  @Test
  void a_hold_never_shortens_another() {
    BlobIndex index = index();
    index.add(new BlobRow(A, 5, 10, 100));
    assertThat(index.hold(List.of(A), 5, 50).get(A)).isEqualTo(new BlobRow(A, 5, 10, 100));
  }

  @Test
  void only_rows_without_a_hold_after_now_are_removed() {
    BlobIndex index = index();
    index.add(new BlobRow(A, 5, 0, 50));
    index.add(new BlobRow(B, 5, 0, 51));
    assertThat(index.removeUnheld(List.of(A, B, digest(3)), 50)).containsExactly(A);
    assertThat(index.find(List.of(A, B))).containsOnlyKeys(B);
    assertThat(index.removeUnheld(List.of(A), 50)).isEmpty();
  }

  @Test
  void a_forgotten_row_goes_although_it_is_held() {
    BlobIndex index = index();
    index.add(new BlobRow(A, 5, 0, Long.MAX_VALUE));
    index.forget(A);
    index.forget(B);
    assertThat(index.find(List.of(A))).isEmpty();
  }

  @Test
  void rows_are_listed_in_order_page_by_page() {
    BlobIndex index = index();
    List<Integer> numbers = new ArrayList<>(List.of(300, 2, 17, 255, 256));
    Collections.shuffle(numbers, new java.util.Random(1));
    numbers.forEach(n -> index.add(new BlobRow(digest(n), n, 0, 0)));
    assertThat(index.list(null, 3)).extracting(BlobRow::size).containsExactly(2L, 17L, 255L);
    assertThat(index.list(digest(255), 3)).extracting(BlobRow::size).containsExactly(256L, 300L);
    assertThat(index.list(digest(18), 1)).extracting(BlobRow::size).containsExactly(255L);
    assertThat(index.list(digest(300), 3)).isEmpty();
  }

  @Test
  void more_digests_than_a_batch_are_refused() {
    BlobIndex index = index();
    List<Digest> many = new ArrayList<>();
    for (int i = 0; i < BlobIndex.BATCH; i++) {
      many.add(digest(i));
    }
    index.add(new BlobRow(digest(7), 1, 0, 0));
    assertThat(index.find(many)).hasSize(1);
    many.add(digest(BlobIndex.BATCH));
    assertThatThrownBy(() -> index.find(many)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_hold_and_a_removal_at_once_agree_on_who_came_first() throws Exception {
    BlobIndex index = index();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        Digest digest = digest(i);
        index.add(new BlobRow(digest, 1, 0, 0));
        Future<Boolean> held = threads.submit(() -> !index.hold(List.of(digest), 1, 100).isEmpty());
        Future<Boolean> removed =
            threads.submit(() -> !index.removeUnheld(List.of(digest), 50).isEmpty());
        assertThat(held.get()).isNotEqualTo(removed.get());
        assertThat(index.find(List.of(digest)).isEmpty()).isEqualTo(removed.get());
      }
    }
  }
}

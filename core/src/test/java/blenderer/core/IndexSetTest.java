package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.IndexRanges;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IndexSetTest {

  @Test
  void agrees_with_a_bit_set_through_random_changes() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      IndexSet set = new IndexSet();
      BitSet model = new BitSet();
      for (int i = 0; i < 200; i++) {
        int from = random.nextInt(60);
        int to = from + random.nextInt(8);
        switch (random.nextInt(4)) {
          case 0 -> {
            set.addAll(IndexRanges.range(from, to));
            model.set(from, to + 1);
          }
          case 1 -> {
            set.removeAll(IndexRanges.of(from, to));
            model.clear(from);
            model.clear(to);
          }
          case 2 -> {
            set.removeAll(IndexRanges.range(from, to));
            model.clear(from, to + 1);
          }
          default -> {
            assertThat(set.remove(from)).as("seed %d", seed).isEqualTo(model.get(from));
            model.clear(from);
            assertThat(set.add(to)).as("seed %d", seed).isEqualTo(!model.get(to));
            model.set(to);
          }
        }
        assertThat(set.toRanges())
            .as("seed %d", seed)
            .isEqualTo(IndexRanges.of(model.stream().toArray()));
        assertThat(set.size()).isEqualTo(model.cardinality());
        if (!set.isEmpty()) {
          assertThat(set.first()).isEqualTo(model.nextSetBit(0));
          assertThat(set.runEnd(set.first()))
              .isEqualTo(model.nextClearBit(model.nextSetBit(0)) - 1);
        }
      }
    }
  }
}

package blenderer.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.IndexRanges;
import blenderer.openjd.range.RangeExpression;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TaskSpaceTest {

  private static TaskSpace.Parameter parameter(String name, TaskParameterType type) {
    return new TaskSpace.Parameter(name, type);
  }

  private static TaskSpace frames(
      String range, int count, ChunkSpec.RangeConstraint constraint, String... cameras) {
    List<TaskSpace.Parameter> parameters = new ArrayList<>();
    parameters.add(parameter("Frame", TaskParameterType.CHUNK_INT));
    List<Dimension> others = new ArrayList<>();
    if (cameras.length > 0) {
      parameters.add(parameter("Camera", TaskParameterType.STRING));
      others.add(new Dimension.Listed("Camera", List.of(cameras)));
    }
    return TaskSpace.chunked(
        parameters,
        Dimension.Product.of(others),
        new ChunkSpec("Frame", count, 0, constraint),
        RangeExpression.parse(range));
  }

  private static final ChunkSpec.RangeConstraint CONTIGUOUS = ChunkSpec.RangeConstraint.CONTIGUOUS;
  private static final ChunkSpec.RangeConstraint NONCONTIGUOUS =
      ChunkSpec.RangeConstraint.NONCONTIGUOUS;

  @Test
  void random_spaces_agree_with_nested_loops() {
    for (long seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Dimension> terms = new ArrayList<>();
      List<TaskSpace.Parameter> parameters = new ArrayList<>();
      List<Map<String, String>> expected = new ArrayList<>(List.of(new LinkedHashMap<>()));
      for (int t = random.nextInt(0, 4); t > 0; t--) {
        int size = random.nextInt(1, 5);
        List<Dimension> associated = new ArrayList<>();
        List<Map<String, String>> rows = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          rows.add(new LinkedHashMap<>());
        }
        for (int a = random.nextInt(1, 3); a > 0; a--) {
          String name = "P" + parameters.size();
          parameters.add(parameter(name, TaskParameterType.INT));
          int first = random.nextInt(-5, 5);
          int step = random.nextInt(1, 4);
          associated.add(
              new Dimension.Ranged(
                  name,
                  RangeExpression.parse(first + "-" + (first + (size - 1) * step) + ":" + step)));
          for (int i = 0; i < size; i++) {
            rows.get(i).put(name, Integer.toString(first + i * step));
          }
        }
        terms.add(
            associated.size() == 1 ? associated.getFirst() : new Dimension.Association(associated));
        List<Map<String, String>> product = new ArrayList<>();
        for (Map<String, String> before : expected) {
          for (Map<String, String> row : rows) {
            Map<String, String> joined = new LinkedHashMap<>(before);
            joined.putAll(row);
            product.add(joined);
          }
        }
        expected = product;
      }
      TaskSpace space = TaskSpace.of(parameters, Dimension.Product.of(terms));

      assertThat(space.size()).as("seed %d", seed).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        assertThat(space.task(i)).as("seed %d, task %d", seed, i).isEqualTo(expected.get(i));
      }
    }
  }

  @Test
  void the_chunked_parameter_varies_fastest_wherever_it_is_defined() {
    TaskSpace space = frames("1-3", 2, NONCONTIGUOUS, "left", "right");

    assertThat(space.task(2)).containsExactly(Map.entry("Frame", "3"), Map.entry("Camera", "left"));
    assertThat(space.task(3))
        .containsExactly(Map.entry("Frame", "1"), Map.entry("Camera", "right"));
    assertThat(space.chunk(IndexRanges.of(3, 5)))
        .containsExactly(Map.entry("Frame", "1,3"), Map.entry("Camera", "right"));
    assertThat(space.runLength(1)).isEqualTo(2);
    assertThat(space.runLength(3)).isEqualTo(3);
    assertThat(space.indexOfItem(3, 2)).hasValue(4);
    assertThat(space.indexOfItem(3, 7)).isEmpty();
    assertThatThrownBy(() -> space.chunkValue(IndexRanges.of(2, 3)))
        .hasMessage("the tasks 2-3 differ in more than the chunk's parameter");
  }

  @Test
  void random_chunks_give_back_their_numbers() {
    for (long seed = 0; seed < 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TaskSpace space =
          frames("1-40:" + random.nextInt(1, 4) + ",50-60", 3, NONCONTIGUOUS, "a", "b");
      long perCamera = space.size() / 2;
      long camera = random.nextInt(2) * perCamera;
      int[] indexes =
          random
              .ints(random.nextInt(1, 12), 0, (int) perCamera)
              .distinct()
              .map(i -> (int) camera + i)
              .sorted()
              .toArray();
      RangeExpression value = RangeExpression.parse(space.chunkValue(IndexRanges.of(indexes)));

      assertThat(value.size()).as("seed %d", seed).isEqualTo(indexes.length);
      for (int i = 0; i < indexes.length; i++) {
        assertThat(value.get(i)).as("seed %d", seed).isEqualTo(space.item(indexes[i]));
        assertThat(space.indexOfItem(indexes[0], value.get(i))).hasValue(indexes[i]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1-12           | 5  | CONTIGUOUS    | 1-4 5-8 9-12
          1-12           | 5  | NONCONTIGUOUS | 1-4 5-8 9-12
          1-10           | 4  | CONTIGUOUS    | 1-4 5-7 8-10
          1-5            | 9  | CONTIGUOUS    | 1-5
          7              | 3  | CONTIGUOUS    | 7-7
          7              | 3  | NONCONTIGUOUS | 7
          1-8            | 3  | NONCONTIGUOUS | 1-3 4-6 7,8
          1-3,10-16      | 4  | CONTIGUOUS    | 1-3 10-13 14-16
          1-9:2          | 3  | CONTIGUOUS    | 1-1 3-3 5-5 7-7 9-9
          1-9:2          | 3  | NONCONTIGUOUS | 1-5:2 7,9
          1-9:2,2-10:2   | 5  | CONTIGUOUS    | 1-5 6-10
          """)
  void chunks_of_the_default_size_are_balanced_and_cut_at_gaps(
      String range, int count, ChunkSpec.RangeConstraint constraint, String chunks) {
    TaskSpace space = frames(range, count, constraint, "left", "right");
    List<String> found = new ArrayList<>();
    for (long index = 0; index < space.size(); ) {
      TaskSpace.Chunk chunk = space.defaultChunk(index);
      for (long inside = index; inside < index + chunk.count(); inside++) {
        assertThat(space.defaultChunk(inside)).isEqualTo(chunk);
      }
      assertThat(chunk.count()).isLessThanOrEqualTo(space.runLength(index));
      found.add(
          space.chunkValue(IndexRanges.range((int) index, (int) (index + chunk.count() - 1))));
      index += chunk.count();
    }

    assertThat(String.join(" ", found)).isEqualTo(chunks + " " + chunks);
  }

  @Test
  void a_gap_is_refused_where_numbers_must_follow_one_another() {
    TaskSpace space = frames("1-3,5", 2, CONTIGUOUS);

    assertThat(space.runLength(0)).isEqualTo(3);
    assertThatThrownBy(() -> space.chunkValue(IndexRanges.range(2, 3))).hasMessageContaining("gap");
    assertThatThrownBy(() -> space.chunkValue(IndexRanges.of(0, 2))).hasMessageContaining("gap");
    assertThatThrownBy(() -> space.chunk(IndexRanges.empty())).hasMessageContaining("at least one");
  }

  @Test
  void a_step_without_parameters_is_one_task() {
    TaskSpace space = TaskSpace.of(List.of(), Dimension.Product.of(List.of()));

    assertThat(space.size()).isEqualTo(1);
    assertThat(space.task(0)).isEmpty();
    assertThat(space.chunk(IndexRanges.of(0))).isEmpty();
    assertThat(space.runLength(0)).isEqualTo(1);
    assertThatThrownBy(() -> space.task(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void a_huge_space_costs_nothing() {
    TaskSpace space = frames("1-1000000000000", 1000, CONTIGUOUS, "left", "right");

    assertThat(space.size()).isEqualTo(2_000_000_000_000L);
    assertThat(space.task(1_999_999_999_999L)).containsEntry("Frame", "1000000000000");
    assertThat(space.runLength(5)).isEqualTo(999_999_999_995L);
    assertThat(space.defaultChunk(1_000_000_001_500L))
        .isEqualTo(new TaskSpace.Chunk(1_000_000_001_000L, 1000));
  }

  @Test
  void a_space_that_follows_another_keeps_the_indexes_of_the_first() {
    TaskSpace space =
        frames("10-12", 2, CONTIGUOUS, "front", "back")
            .followedBy(frames("1-2,20", 2, CONTIGUOUS, "front", "back"))
            .followedBy(frames("7", 2, CONTIGUOUS, "front", "back"));
    assertThat(space.size()).isEqualTo(14);
    List<String> tasks = new ArrayList<>();
    for (int index = 0; index < 14; index++) {
      Map<String, String> values = space.task(index);
      tasks.add(values.get("Camera") + values.get("Frame"));
      assertThat(space.indexOfItem(index, space.item(index))).hasValue(index);
    }
    assertThat(tasks)
        .containsExactly(
            "front10", "front11", "front12", "back10", "back11", "back12", "front1", "front2",
            "front20", "back1", "back2", "back20", "front7", "back7");
    assertThat(space.runLength(1)).isEqualTo(2);
    assertThat(space.runLength(6)).isEqualTo(2);
    assertThat(space.runLength(8)).isEqualTo(1);
    assertThat(space.defaultChunk(6)).isEqualTo(new TaskSpace.Chunk(6, 2));
    assertThat(space.chunkValue(IndexRanges.of(9, 10))).isEqualTo("1-2");
    assertThat(space.indexOfItem(6, 12)).isEmpty();
    assertThatThrownBy(() -> space.chunkValue(IndexRanges.of(5, 6)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> space.item(14)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}

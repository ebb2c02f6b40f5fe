package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Flag;
import blenderer.model.Look;
import blenderer.model.PictureGrid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class PicturesTest {

  /** A picture of a few soft shapes that drift: {@code scene} says which, {@code at} how far. */
  private static Look scene(int scene, double at, double light) {
    byte[] cells = new byte[PictureGrid.BYTES];
    Random random = new Random(scene);
    double phase = random.nextDouble() * 6;
    double across = 0.3 + random.nextDouble();
    double down = 0.3 + random.nextDouble();
    for (int i = 0; i < cells.length; i++) {
      int x = i / 3 % PictureGrid.SIDE;
      int y = i / 3 / PictureGrid.SIDE;
      double wave = Math.sin(phase + i % 3 + across * (x + at) + down * y);
      cells[i] = (byte) Math.round(light * 255 * (0.5 + 0.4 * wave));
    }
    return look(cells, 0, 0, 0);
  }

  private static Look look(byte[] cells, double black, double transparent, double pink) {
    return new Look("a.png", 64, 64, 0, black, transparent, pink, PictureGrid.of(cells), null);
  }

  private static final Look BLACK = look(new byte[PictureGrid.BYTES], 1, 0, 0);
  private static final Look EMPTY = look(new byte[PictureGrid.BYTES], 0, 1, 0);

  private static Look halfBlack(Look whole) {
    byte[] cells = java.util.Base64.getDecoder().decode(whole.grid().toString());
    java.util.Arrays.fill(cells, cells.length / 2, cells.length, (byte) 0);
    return look(cells, 0.5, 0, 0);
  }

  /** Adds the frames in a random order and tells what is flagged in the end. */
  private static Map<Integer, List<String>> flagged(List<Look> frames) {
    Map<Integer, List<String>> first = flagged(frames, 1);
    for (int seed = 2; seed < 6; seed++) {
      assertThat(flagged(frames, seed)).as("in another order").isEqualTo(first);
    }
    return first;
  }

  private static Map<Integer, List<String>> flagged(List<Look> frames, int seed) {
    Set<Integer> there = new HashSet<>();
    Pictures pictures =
        new Pictures(LookLimits.defaults(), frames::size, index -> !there.contains(index));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    for (int index : order) {
      there.add(index);
      pictures.add(
          index, new Pictures.Seen(new Row.Look("j", 0, index, 1, frames.get(index)), null));
    }
    Map<Integer, List<String>> found = new TreeMap<>();
    for (int index : pictures.flagged()) {
      Pictures.Seen picture = pictures.at(index);
      if (picture != null) {
        found.put(index, picture.flags.stream().map(Flag::code).toList());
      }
    }
    return found;
  }

  private static List<Look> frames(int count, IntFunction<Look> frame) {
    List<Look> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(frame.apply(i));
    }
    return all;
  }

  @Test
  void a_steady_move_a_fast_one_and_a_cut_are_fine() {
    assertThat(flagged(frames(40, i -> scene(1, i * 0.1, 0.8)))).isEmpty();
    assertThat(flagged(frames(40, i -> scene(1, i * 1.7, 0.8)))).isEmpty();
    assertThat(flagged(frames(40, i -> scene(i / 10, i * 0.1, 0.8)))).isEmpty();
  }

  @Test
  void a_move_that_starts_and_stops_at_once_is_fine() {
    assertThat(flagged(frames(40, i -> scene(1, i < 15 ? 0 : i > 25 ? 20 : 2.0 * (i - 15), 0.8))))
        .isEmpty();
  }

  @Test
  void a_light_that_goes_on_and_off_all_the_time_is_fine() {
    assertThat(flagged(frames(40, i -> scene(1, 0, i % 2 == 0 ? 0.8 : 0.3)))).isEmpty();
  }

  @Test
  void lightning_is_fine_and_another_scene_as_bright_is_not() {
    List<Look> frames = frames(30, i -> scene(1, i * 0.1, i == 9 || i == 17 ? 0.9 : 0.3));
    assertThat(flagged(frames)).isEmpty();
    frames.set(9, scene(77, 0, 0.9));
    assertThat(flagged(frames).keySet()).containsExactly(9);
  }

  @Test
  void black_in_the_middle_of_a_shot_is_flagged_even_where_it_is_dark() {
    for (double light : new double[] {0.9, 0.3, 0.06}) {
      List<Look> frames = frames(30, i -> scene(1, i * 0.1, light));
      frames.set(7, BLACK);
      frames.set(20, BLACK);
      frames.set(21, BLACK);
      List<String> black = List.of("black-frame");
      assertThat(flagged(frames)).isEqualTo(Map.of(7, black, 20, black, 21, black));
    }
  }

  @Test
  void a_fade_to_black_and_back_is_no_fault() {
    List<Look> frames =
        frames(
            60,
            i -> {
              double light =
                  i < 20 ? 0.8 : i < 30 ? 0.8 * (30 - i) / 10 : i < 40 ? 0 : 0.04 * (i - 40);
              return light <= 0.005 ? BLACK : scene(1, i * 0.1, light);
            });
    assertThat(flagged(frames)).isEmpty();
    frames.set(12, BLACK);
    assertThat(flagged(frames)).isEqualTo(Map.of(12, List.of("black-frame")));
  }

  @Test
  void a_job_that_begins_with_a_fade_in_and_ends_with_a_fade_out_is_fine() {
    List<Look> frames =
        frames(
            48,
            i -> {
              double light = Math.min(1, Math.min(Math.max(0, i - 4), Math.max(0, 43 - i)) / 8.0);
              return light == 0 ? BLACK : scene(1, i * 0.1, 0.8 * light);
            });
    assertThat(flagged(frames)).isEmpty();
  }

  @Test
  void a_job_that_is_black_from_end_to_end_is_flagged_whole() {
    assertThat(flagged(frames(10, i -> BLACK))).hasSize(10);
    assertThat(flagged(frames(1, i -> BLACK))).hasSize(1);
  }

  @Test
  void half_a_frame_and_a_frame_of_another_scene_are_flagged_anywhere() {
    for (int bad : new int[] {0, 1, 15, 28, 29}) {
      List<Look> half = frames(30, i -> scene(1, i * 0.1, 0.5));
      half.set(bad, halfBlack(half.get(bad)));
      assertThat(flagged(half)).isEqualTo(Map.of(bad, List.of("unlike-neighbours")));
      List<Look> other = frames(30, i -> scene(1, i * 0.1, 0.5));
      other.set(bad, scene(77, 0, 0.5));
      assertThat(flagged(other)).isEqualTo(Map.of(bad, List.of("unlike-neighbours")));
    }
  }

  @Test
  void a_good_frame_between_two_faults_is_not_blamed() {
    List<Look> frames = frames(30, i -> scene(1, i * 0.1, 0.5));
    frames.set(14, scene(77, 0, 0.5));
    frames.set(16, scene(78, 0, 0.5));
    assertThat(flagged(frames).keySet()).containsExactly(14, 16);
  }

  @Test
  void a_fault_right_at_a_cut_is_flagged() {
    List<Look> frames = frames(30, i -> scene(i < 15 ? 1 : 2, i * 0.1, 0.5));
    frames.set(15, scene(77, 0, 0.5));
    assertThat(flagged(frames).keySet()).containsExactly(15);
  }

  @Test
  void an_empty_frame_is_flagged_unless_things_come_into_view_beside_it() {
    IntFunction<Look> thing =
        i -> look(bytes(3 * i), 0, 1 - 0.02 * i, 0); // covers more and more of the picture
    List<Look> entering = frames(30, i -> i < 10 ? EMPTY : thing.apply(i - 9));
    assertThat(flagged(entering)).isEmpty();
    List<Look> broken = frames(30, i -> look(bytes(60), 0, 0.6, 0));
    broken.set(11, EMPTY);
    assertThat(flagged(broken)).isEqualTo(Map.of(11, List.of("empty-frame")));
  }

  private static byte[] bytes(int value) {
    byte[] cells = new byte[PictureGrid.BYTES];
    java.util.Arrays.fill(cells, (byte) value);
    return cells;
  }

  @Test
  void one_black_frame_between_two_shots_is_flagged_although_one_of_them_fades() {
    List<Look> frames =
        frames(40, i -> scene(i < 20 ? 1 : 2, i * 0.1, i < 14 ? 0.8 : 0.8 - 0.12 * (i - 14)));
    List<Look> after = frames(40, i -> scene(2, i * 0.1, 0.8));
    for (int i = 20; i < 40; i++) {
      frames.set(i, after.get(i));
    }
    frames.set(20, BLACK);
    assertThat(flagged(frames)).isEqualTo(Map.of(20, List.of("black-frame")));
    // Black that stays a while is how a shot ends.
    for (int i = 21; i < 25; i++) {
      frames.set(i, BLACK);
    }
    assertThat(flagged(frames)).isEmpty();
  }

  @Test
  void black_in_a_flicker_is_flagged_wherever_it_is() {
    double[] light = {0.5, 0.65, 0.85, 0.3, 0.7, 0.9, 0.4, 0.6, 0.8, 0.35};
    for (int at : new int[] {0, 2, 11, 29}) {
      List<Look> frames = frames(30, i -> scene(1, 0, light[i % light.length]));
      assertThat(flagged(frames)).isEmpty();
      frames.set(at, BLACK);
      assertThat(flagged(frames)).isEqualTo(Map.of(at, List.of("black-frame")));
    }
  }

  @Test
  void another_scene_is_flagged_in_any_light() {
    double[] light = {0.5, 0.65, 0.85, 0.3, 0.7, 0.9, 0.4, 0.6, 0.8, 0.35};
    for (int at : new int[] {0, 9, 16, 29}) {
      List<Look> flickering = frames(30, i -> scene(1, 0, light[i % light.length]));
      flickering.set(at, scene(77, 0, 0.5));
      assertThat(flagged(flickering).keySet()).containsExactly(at);
      List<Look> fading = frames(30, i -> scene(1, i * 0.1, 0.8 - 0.02 * i));
      fading.set(at, scene(77, 0, 0.8 - 0.02 * at));
      assertThat(flagged(fading).keySet()).containsExactly(at);
    }
  }

  @Test
  void half_a_thing_in_front_of_nothing_is_flagged() {
    IntFunction<Look> thing =
        i -> {
          byte[] cells = new byte[PictureGrid.BYTES];
          for (int y = 2; y < 6; y++) {
            java.util.Arrays.fill(cells, (y * 8 + 3) * 3, (y * 8 + 5) * 3, (byte) 90);
          }
          return look(cells, 0, 1 - 8 / 64.0, 0);
        };
    List<Look> frames = frames(20, thing);
    byte[] half = java.util.Base64.getDecoder().decode(frames.get(7).grid().toString());
    java.util.Arrays.fill(half, half.length / 2, half.length, (byte) 0);
    frames.set(7, look(half, 0, 1 - 4 / 64.0, 0));
    assertThat(flagged(frames)).isEqualTo(Map.of(7, List.of("unlike-neighbours")));
  }

  @Test
  void a_missing_texture_and_a_size_of_its_own_are_flagged() {
    List<Look> frames = frames(12, i -> scene(1, i * 0.1, 0.5));
    Look good = frames.get(5);
    frames.set(5, new Look("a.png", 64, 64, 0, 0, 0, 0.3, good.grid(), null));
    frames.set(8, new Look("a.png", 32, 64, 0, 0, 0, 0, good.grid(), null));
    assertThat(flagged(frames)).isEqualTo(Map.of(5, List.of("pink-frame"), 8, List.of("odd-size")));
  }

  @Test
  void nothing_is_concluded_as_long_as_a_neighbour_is_to_come() {
    Set<Integer> there = new HashSet<>(Set.of(4, 5, 6, 7));
    Pictures pictures =
        new Pictures(LookLimits.defaults(), () -> 9, index -> !there.contains(index));
    for (int index : List.of(4, 5, 6, 7)) {
      Look look = index == 4 ? scene(77, 0, 0.5) : scene(1, 0, 0.5);
      pictures.add(index, new Pictures.Seen(new Row.Look("j", 0, index, 1, look), null));
    }
    assertThat(pictures.flagged()).isEmpty();
    there.addAll(Set.of(0, 1, 2, 3));
    pictures.addNone(3); // failed: it will never have a picture
    assertThat(pictures.flagged()).containsExactly(4);
  }
}

package blenderer.blendfile;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.blendfile.Look.Facts;
import blenderer.blendfile.Look.Unreadable;
import blenderer.blendfile.MadeBlend.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that lie. */
@Timeout(60)
final class HostileFilesTest {

  private static final Limits SMALL = new Limits(1 << 20, 5000, 64 << 10, 64 << 10, 25, 10);

  private static Look look(byte[] bytes, Limits limits) throws IOException {
    return BlendFile.look(new ByteArrayInputStream(bytes), limits);
  }

  @Test
  void a_block_that_claims_ten_gigabytes_is_cut_off() throws IOException {
    byte[] bytes =
        new MadeBlend(Kind.five()).range(1, 9, "S").head("DATA", 10L << 30, 1, 0).bytes();
    assertThat(look(bytes, Limits.USUAL)).isEqualTo(new Unreadable("is cut off"));
    byte[] packed = MadeBlend.zstd(bytes, 100);
    assertThat(look(packed, Limits.USUAL)).isEqualTo(new Unreadable("is cut off"));
  }

  @Test
  void ten_gigabytes_that_are_there_are_jumped_over() throws IOException {
    byte[] start = new MadeBlend(Kind.five()).head("DATA", 10L << 30, 1, 0).bytes();
    MadeBlend rest = new MadeBlend(Kind.five()).scene(5, "S", 1, 3, 0).description().end();
    byte[] end = Arrays.copyOfRange(rest.bytes(), 17, rest.bytes().length);
    Facts facts = (Facts) BlendFile.look(new Sparse(start, 10L << 30, end));
    assertThat(facts.whole()).isTrue();
    assertThat(facts.activeScene()).isEqualTo("S");
  }

  /** Bytes, a gap that can only be skipped, bytes. */
  private static final class Sparse extends InputStream {
    private final ByteArrayInputStream start;
    private long gap;
    private final ByteArrayInputStream end;

    Sparse(byte[] start, long gap, byte[] end) {
      this.start = new ByteArrayInputStream(start);
      this.gap = gap;
      this.end = new ByteArrayInputStream(end);
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int got = start.read(target, offset, length);
      if (got >= 0) {
        return got;
      }
      if (gap > 0) {
        int some = (int) Math.min(gap, length);
        Arrays.fill(target, offset, offset + some, (byte) 0);
        gap -= some;
        return some;
      }
      return end.read(target, offset, length);
    }

    @Override
    public long skip(long count) {
      if (start.available() > 0) {
        return start.skip(count);
      }
      long some = Math.min(count, gap);
      gap -= some;
      return some == 0 ? end.skip(count) : some;
    }
  }

  @Test
  void a_length_below_zero_is_damage() throws IOException {
    byte[] bytes = new MadeBlend(Kind.legacy(304)).head("DATA", -1, 1, 0).bytes();
    assertThat(look(bytes, SMALL))
        .isEqualTo(new Unreadable("is damaged: a block of it has a length below zero"));
  }

  @Test
  void a_gzip_bomb_ends_at_the_limit_and_what_came_before_is_told() throws IOException {
    byte[] bomb =
        new MadeBlend(Kind.legacy(304))
            .range(3, 8, "Bomb")
            .head("DATA", 100 << 20, 1, 0)
            .raw(new byte[100 << 20])
            .bytes();
    byte[] packed = MadeBlend.gzip(bomb);
    assertThat(packed).hasSizeLessThan(200_000);
    Facts facts = (Facts) look(packed, SMALL);
    assertThat(facts.whole()).isFalse();
    assertThat(facts.activeScene()).isEqualTo("Bomb");
    assertThat(facts.scenes().getFirst().end()).isEqualTo(8);
  }

  @Test
  void a_zstd_bomb_ends_at_the_limit_too() throws IOException {
    byte[] start =
        new MadeBlend(Kind.legacy(304)).range(3, 8, "Bomb").head("DATA", 1 << 30, 1, 0).bytes();
    byte[] zeros = com.github.luben.zstd.Zstd.compress(new byte[8 << 20]);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes(com.github.luben.zstd.Zstd.compress(start));
    for (int i = 0; i < 128; i++) {
      packed.writeBytes(zeros);
    }
    Facts facts = (Facts) look(packed.toByteArray(), SMALL);
    assertThat(facts.whole()).isFalse();
    assertThat(facts.scenes()).extracting(Look.Scene::name).containsExactly("Bomb");
  }

  @Test
  void zstd_that_wants_gigabytes_of_memory_is_refused() throws IOException {
    // A frame whose header asks for a window of 2^31 bytes.
    byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (21 << 3), 1, 0, 0};
    assertThat(look(frame, Limits.USUAL))
        .isEqualTo(new Unreadable("is packed, and cannot be unpacked"));
  }

  @Test
  void more_blocks_scenes_and_names_than_anyone_needs_are_left_out() throws IOException {
    MadeBlend made = new MadeBlend(Kind.legacy(304)).range(1, 2, "S");
    for (int i = 0; i < 3000; i++) {
      made.scene(i + 10, "S" + i, 1, 2, 0).object(i + 100_000, "O" + i);
    }
    for (int i = 0; i < 100; i++) {
      made.library("//" + i + ".blend");
    }
    byte[] bytes = made.description().end().bytes();
    Facts facts = (Facts) look(bytes, SMALL);
    assertThat(facts.whole()).isFalse();
    assertThat(facts.scenes()).hasSizeBetween(1, 500);
    Facts all = (Facts) look(bytes, Limits.USUAL);
    assertThat(all.whole()).isTrue();
    assertThat(all.scenes()).hasSize(3000);
    assertThat(all.libraries()).hasSize(100);
    assertThat(all.objects()).isEqualTo(3000);
  }

  @Test
  void a_description_that_claims_billions_of_names_is_damage() throws IOException {
    byte[] good = new MadeBlend(Kind.legacy(304)).descriptionBytes();
    String letters = new String(good, StandardCharsets.ISO_8859_1);
    for (String tag : new String[] {"NAME", "TYPE", "STRC"}) {
      for (int lie : new int[] {Integer.MAX_VALUE, -1, 70_000}) {
        byte[] data = good.clone();
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putInt(letters.indexOf(tag) + 4, lie);
        byte[] bytes = new MadeBlend(Kind.legacy(304)).block("DNA1", 3, 0, data).bytes();
        assertThat(look(bytes, Limits.USUAL)).as(tag + lie).isInstanceOf(Unreadable.class);
      }
    }
  }

  @Test
  void a_description_larger_than_any_is_damage() throws IOException {
    byte[] bytes = new MadeBlend(Kind.legacy(304)).block("DNA1", 3, 0, new byte[100 << 10]).bytes();
    assertThat(((Unreadable) look(bytes, SMALL)).why()).contains("larger than any");
  }

  @Test
  void a_file_cut_anywhere_is_a_plain_word_or_still_right() throws IOException {
    byte[] whole = MadeBlend.whole(Kind.legacy(304));
    for (int length = 0; length < whole.length; length++) {
      Look look = look(Arrays.copyOf(whole, length), Limits.USUAL);
      if (look instanceof Facts facts) {
        assertThat(facts.scenes()).as("cut at " + length).hasSize(2);
      } else {
        assertThat(((Unreadable) look).why()).isNotEmpty();
      }
    }
  }

  /** A failing seed is in the assertion's message. */
  @Test
  void bytes_changed_at_random_never_do_worse_than_a_plain_word() throws IOException {
    Kind[] kinds = {Kind.legacy(304), Kind.five(), new Kind(ByteOrder.BIG_ENDIAN, 4, 248, false)};
    for (int seed = 0; seed < 6000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = MadeBlend.whole(kinds[seed % kinds.length]);
      int changes = 1 + random.nextInt(12);
      for (int i = 0; i < changes; i++) {
        int at = random.nextInt(bytes.length);
        if (random.nextBoolean()) {
          bytes[at] = (byte) random.nextInt();
        } else {
          byte[] edges = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff};
          Arrays.fill(
              bytes, at, Math.min(bytes.length, at + 4), edges[random.nextInt(edges.length)]);
        }
      }
      byte[] input =
          switch (random.nextInt(4)) {
            case 0 -> flip(MadeBlend.zstd(bytes, 512), random);
            case 1 -> flip(MadeBlend.gzip(bytes), random);
            default -> bytes;
          };
      try {
        Look look = look(input, SMALL);
        assertThat(look).as("seed " + seed).isNotNull();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static byte[] flip(byte[] packed, Random random) {
    if (random.nextBoolean()) {
      packed[random.nextInt(packed.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return packed;
  }
}

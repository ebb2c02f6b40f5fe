package blenderer.blendfile;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.blendfile.Look.Facts;
import blenderer.blendfile.Look.Layer;
import blenderer.blendfile.Look.Packing;
import blenderer.blendfile.MadeBlend.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of every kind, made by hand. */
final class BlendFileTest {

  static Look look(byte[] bytes) throws IOException {
    return BlendFile.look(new ByteArrayInputStream(bytes));
  }

  static Facts facts(byte[] bytes) throws IOException {
    Look look = look(bytes);
    assertThat(look).isInstanceOf(Facts.class);
    return (Facts) look;
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        Kind.legacy(304),
        new Kind(ByteOrder.BIG_ENDIAN, 8, 279, false),
        new Kind(ByteOrder.LITTLE_ENDIAN, 4, 248, false),
        new Kind(ByteOrder.BIG_ENDIAN, 4, 240, false),
        Kind.five());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void every_kind_of_header_byte_order_and_pointer_tells_the_same(Kind kind) throws IOException {
    Facts facts = facts(MadeBlend.whole(kind));
    assertThat(facts.major() * 100 + facts.minor()).isEqualTo(kind.version());
    assertThat(facts.pointerBytes()).isEqualTo(kind.pointer());
    assertThat(facts.bigEndian()).isEqualTo(kind.order() == ByteOrder.BIG_ENDIAN);
    assertThat(facts.whole()).isTrue();
    assertThat(facts.activeScene()).isEqualTo("Second");
    assertThat(facts.objects()).isEqualTo(2);
    assertThat(facts.libraries()).containsExactly("//props/tree.blend");
    Look.Scene second = Objects.requireNonNull(facts.scene(""));
    assertThat(second.start()).isEqualTo(1);
    assertThat(second.end()).isEqualTo(250);
    assertThat(second.step()).isEqualTo(2);
    assertThat(second.fps()).isBetween(29.969, 29.971);
    assertThat(second.width()).isEqualTo(1920);
    assertThat(second.height()).isEqualTo(1080);
    assertThat(second.percentage()).isEqualTo(50);
    assertThat(second.engine()).isEqualTo("CYCLES");
    assertThat(second.camera()).isEqualTo("Kamera");
    assertThat(second.markerCameras()).isFalse();
    assertThat(second.pattern()).isEqualTo("//out/shot_####");
    assertThat(second.format()).isEqualTo("OPEN_EXR");
    assertThat(second.movie()).isFalse();
    assertThat(second.layers())
        .containsExactly(new Layer("ViewLayer", true), new Layer("off", false));
    Look.Scene first = Objects.requireNonNull(facts.scene("First"));
    assertThat(first.start()).isEqualTo(-5);
    assertThat(first.camera()).isNull();
    assertThat(first.markerCameras()).isTrue();
    assertThat(facts.scene("Third")).isNull();
  }

  @Test
  void packed_files_tell_the_same_as_plain_ones() throws IOException {
    byte[] plain = MadeBlend.whole(Kind.legacy(304));
    Facts expected = facts(plain);
    Facts gzip = facts(MadeBlend.gzip(plain));
    assertThat(gzip.packing()).isEqualTo(Packing.GZIP);
    assertThat(gzip.scenes()).isEqualTo(expected.scenes());
    Facts zstd = facts(MadeBlend.zstd(plain, 700));
    assertThat(zstd.packing()).isEqualTo(Packing.ZSTD);
    assertThat(zstd.scenes()).isEqualTo(expected.scenes());
  }

  @Test
  void a_file_that_is_none_is_told_in_plain_words() throws IOException {
    assertThat(look(new byte[0])).isEqualTo(new Look.Unreadable("is empty"));
    assertThat(look(bytes("BLEND"))).isEqualTo(new Look.Unreadable("is cut off in its header"));
    assertThat(look(bytes("#!/bin/sh and more")))
        .isEqualTo(new Look.Unreadable("is no .blend file"));
    assertThat(look(bytes("BLENDER-v30x    ")))
        .isEqualTo(new Look.Unreadable("has a header that is no .blend header"));
    assertThat(look(bytes("BLENDER-v304")))
        .isEqualTo(new Look.Unreadable("is cut off: the description of what it holds is missing"));
    assertThat(look(bytes("BLENDER17-02v0700")))
        .isEqualTo(new Look.Unreadable("is of a format that is newer than this program knows"));
    assertThat(look(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1, 2, 3, 4, 5, 6}))
        .isEqualTo(new Look.Unreadable("is packed, and cannot be unpacked"));
    assertThat(look(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7}))
        .isEqualTo(new Look.Unreadable("is packed, and cannot be unpacked"));
  }

  static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}

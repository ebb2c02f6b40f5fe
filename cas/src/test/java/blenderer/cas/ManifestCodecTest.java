package blenderer.cas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.Digest;
import blenderer.model.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestCodecTest {

  private static final Digest EMPTY = Digest.of(new byte[0]);

  private static String file(String path) {
    return "{\"path\":\"" + path + "\",\"digest\":\"" + EMPTY + "\",\"size\":0}";
  }

  private static byte[] manifest(String... files) {
    return ("{\"version\":1,\"files\":[" + String.join(",", files) + "]}").getBytes(UTF_8);
  }

  @Test
  void the_canonical_form_is_pinned() {
    Manifest manifest =
        new Manifest(
            List.of(
                new Manifest.Entry("tex/grün 🌳/a's.png", EMPTY, 0),
                new Manifest.Entry("tex-b.png", Digest.of("b".getBytes(UTF_8)), 1),
                new Manifest.Entry("\uFF21.png", EMPTY, 0),
                new Manifest.Entry("\uD83C\uDF33.png", EMPTY, 0),
                new Manifest.Entry("Shot.blend", EMPTY, Long.MAX_VALUE)));
    byte[] bytes = ManifestCodec.encode(manifest);
    String e3 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assertThat(new String(bytes, UTF_8))
        .isEqualTo(
            "{\"version\":1,\"files\":["
                + "{\"path\":\"Shot.blend\",\"digest\":\""
                + e3
                + "\",\"size\":9223372036854775807},"
                + "{\"path\":\"tex-b.png\",\"digest\":\""
                + "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d\",\"size\":1},"
                + "{\"path\":\"tex/grün 🌳/a's.png\",\"digest\":\""
                + e3
                + "\",\"size\":0},"
                + "{\"path\":\"Ａ.png\",\"digest\":\""
                + e3
                + "\",\"size\":0},"
                + "{\"path\":\"🌳.png\",\"digest\":\""
                + e3
                + "\",\"size\":0}]}");
    assertThat(ManifestCodec.decode(bytes)).isEqualTo(manifest);
    assertThat(ManifestCodec.digest(manifest)).isEqualTo(Digest.of(bytes));
  }

  @Test
  void an_empty_tree_is_a_manifest() {
    assertThat(new String(ManifestCodec.encode(new Manifest(List.of())), UTF_8))
        .isEqualTo("{\"version\":1,\"files\":[]}");
    assertThat(ManifestCodec.decode(manifest()).files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../x",
        "a/../x",
        "a/..",
        ".",
        "./a",
        "a/./b",
        "/etc/passwd",
        "//host/x",
        "a//b",
        "a/",
        "C:/x",
        "C:x",
        "c:",
        "a:stream",
        "a*b",
        "a?b",
        "a<b",
        "a>b",
        "a|b",
        "con",
        "CON",
        "Con.png",
        "tex/nul",
        "aux.tar.gz",
        "com1",
        "LPT9.txt",
        "com¹",
        "LPT³.x",
        "CONIN$",
        "conout$.log",
        "nul .txt",
        "prn ",
        "a.",
        "a ",
        "a./b",
        "a /b",
        "...",
        "e\u0301.png",
        "x\u007f",
        "x\u0085",
        "~/../../x",
        "a/b/../../../c"
      })
  void a_hostile_path_is_refused_by_name(String path) {
    assertThatThrownBy(() -> ManifestCodec.decode(manifest(file("ok.png"), file(path))))
        .isInstanceOf(BadManifestException.class)
        .hasMessageContaining("'" + path + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a\\\\b",
        "..\\\\x",
        "\\\\\\\\host\\\\share",
        "a\\u0000b",
        "a\\nb",
        "\\u001b[31m",
        "\\ud800",
        "x\\udc00y",
        "a\\\"b"
      })
  void a_hostile_path_in_escapes_is_refused(String path) {
    assertThatThrownBy(() -> ManifestCodec.decode(manifest(file(path))))
        .isInstanceOf(BadManifestException.class)
        .hasMessageContaining("in the manifest");
  }

  @Test
  void names_too_long_for_some_system_are_refused() {
    for (String path : List.of("a".repeat(256), "ü".repeat(128), "a/".repeat(600) + "b")) {
      assertThatThrownBy(() -> ManifestCodec.decode(manifest(file(path))))
          .isInstanceOf(BadManifestException.class)
          .hasMessageContaining("longer than");
    }
    assertThat(ManifestCodec.decode(manifest(file("ü".repeat(127)))).files()).hasSize(1);
  }

  @Test
  void paths_that_some_system_takes_for_the_same_are_refused() {
    String[][] clashes = {
      {"A.png", "a.png"},
      {"T/x.png", "t/X.png"},
      {"Straße.png", "Strasse.png"},
      {"\u017Fun.png", "sun.png"},
      {"a", "a/b"},
      {"A", "a/b"},
      {"same", "same"}
    };
    for (String[] pair : clashes) {
      assertThatThrownBy(() -> ManifestCodec.decode(manifest(file(pair[0]), file(pair[1]))))
          .as(pair[0] + " and " + pair[1])
          .isInstanceOf(BadManifestException.class)
          .hasMessageContaining(pair[0]);
    }
  }

  @Test
  void odd_but_harmless_names_pass() {
    for (String path :
        List.of(
            "..a", "a..b", ".hidden", "-rf", "~", "com10", "console", "a b", "$HOME", "%PATH%")) {
      assertThat(ManifestCodec.decode(manifest(file(path))).files().getFirst().path())
          .isEqualTo(path);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "null",
        "{\"version\":1}",
        "{\"version\":1,\"files\":{}}",
        "{\"version\":1,\"files\":[1]}",
        "{\"version\":1,\"files\":[",
        "{\"version\":1,\"files\":[]}x",
        "{\"version\":1,\"files\":[]} ",
        " {\"version\":1,\"files\":[]}",
        "{\"version\": 1,\"files\":[]}",
        "{\"files\":[],\"version\":1}",
        "{\"version\":\"1\",\"files\":[]}",
        "{\"version\":1.0,\"files\":[]}",
        "{\"version\":1,\"version\":1,\"files\":[]}",
        "{\"version\":1,\"files\":[],\"more\":1}",
        "{\"version\":1,\"files\":[]}{}",
        "\uFEFF{\"version\":1,\"files\":[]}"
      })
  void anything_but_the_canonical_form_is_refused(String text) {
    assertThatThrownBy(() -> ManifestCodec.decode(text.getBytes(UTF_8)))
        .isInstanceOf(BadManifestException.class);
  }

  @Test
  void another_version_is_refused_in_plain_words() {
    assertThatThrownBy(() -> ManifestCodec.decode("{\"version\":2,\"files\":[]}".getBytes(UTF_8)))
        .isInstanceOfSatisfying(
            BadManifestException.class,
            e -> assertThat(e.failure().code()).isEqualTo("manifest-version"))
        .hasMessageContaining("version 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "1e3", "\"1\"", "null", "9223372036854775808", "01", "-0"})
  void a_size_that_is_none_is_refused(String size) {
    String file = "{\"path\":\"a.png\",\"digest\":\"" + EMPTY + "\",\"size\":" + size + "}";
    assertThatThrownBy(() -> ManifestCodec.decode(manifest(file)))
        .isInstanceOf(BadManifestException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "abc", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"})
  void a_digest_that_is_none_is_refused_with_its_path(String digest) {
    String file = "{\"path\":\"a.png\",\"digest\":\"" + digest + "\",\"size\":0}";
    assertThatThrownBy(() -> ManifestCodec.decode(manifest(file)))
        .isInstanceOf(BadManifestException.class)
        .hasMessageContaining("'a.png'");
  }

  @Test
  void files_out_of_order_or_with_needless_escapes_are_refused() {
    assertThatThrownBy(() -> ManifestCodec.decode(manifest(file("b"), file("a"))))
        .hasMessageContaining("canonical");
    assertThatThrownBy(() -> ManifestCodec.decode(manifest(file("\\u0061"))))
        .hasMessageContaining("canonical");
    assertThatThrownBy(() -> ManifestCodec.decode(manifest(file("a\\/b"))))
        .hasMessageContaining("canonical");
  }

  @Test
  void bytes_that_are_no_utf8_are_refused() {
    byte[] bytes = manifest(file("a.png"));
    bytes[31] = (byte) 0xC3;
    assertThatThrownBy(() -> ManifestCodec.decode(bytes)).isInstanceOf(BadManifestException.class);
  }
}

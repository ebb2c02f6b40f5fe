package blenderer.node.fetched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.api.Archives;
import blenderer.model.Digest;
import blenderer.model.Renderer;
import blenderer.model.Requirement;
import blenderer.node.cache.DiskRoom;
import blenderer.renderers.builds.BuildFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of a made-up renderer, from a farm that is a folder. */
class FarmRenderersTest {

  private static final Archives.Platform HERE = new Archives.Platform("linux", "x86_64");
  private static final List<String> CYCLES = List.of("cycles");

  @TempDir Path root;
  private final List<String> fetched = new ArrayList<>();
  private int changes;
  private long bound = 1 << 20;

  private FarmRenderers renderers;

  @BeforeEach
  void open() throws IOException {
    renderers =
        FarmRenderers.open(
            root.resolve("kept"),
            bound,
            new DiskRoom(0, () -> 1 << 30),
            (renderer, program) ->
                new Renderer(
                    renderer,
                    Files.readString(program).strip(),
                    CYCLES,
                    BuildFiles.of(program, List.of(program.getParent())).digest()),
            () -> changes++,
            HERE,
            true);
  }

  private Archives.Archive archive(String version, long unpacked) throws Exception {
    Path folder = Files.createDirectories(root.resolve("make/blender-" + version));
    Files.writeString(folder.resolve("blender"), version + "\n");
    folder.resolve("blender").toFile().setExecutable(true);
    Files.write(folder.resolve("data"), new byte[1000]);
    Path file = root.resolve(version + ".tar.gz");
    Process tar =
        new ProcessBuilder(
                "tar",
                "czf",
                file.toString(),
                "-C",
                root.resolve("make").toString(),
                "blender-" + version)
            .start();
    assertThat(tar.waitFor()).isZero();
    Digest digest = Digest.of(Files.readAllBytes(file));
    Files.copy(file, root.resolve(digest.hex()));
    String build = BuildFiles.of(folder.resolve("blender"), List.of(folder)).digest();
    return new Archives.Archive(
        digest.hex(),
        file.getFileName() + "",
        "blender",
        version,
        CYCLES,
        build,
        HERE.os(),
        HERE.processor(),
        Files.size(file),
        unpacked,
        "ada",
        0);
  }

  private Archives.Archive archive(String version) throws Exception {
    return archive(version, 2000);
  }

  private Optional<FarmRenderers.Held> obtain(String version) throws Exception {
    return renderers.obtain(
        new Requirement("blender", "", CYCLES, version, ""),
        (digest, _, use) -> {
          fetched.add(digest.hex());
          use.of(root.resolve(digest.hex()));
        });
  }

  private List<String> kept() throws IOException {
    try (var all = Files.list(root.resolve("kept"))) {
      return all.map(path -> path.getFileName() + "").sorted().toList();
    }
  }

  @Test
  void archive_is_told_of_at_once_and_fetched_once_when_a_job_needs_it() throws Exception {
    Archives.Archive archive = archive("4.2.3");
    renderers.wanted(List.of(archive));
    assertThat(renderers.claims())
        .containsExactly(new Renderer("blender", "4.2.3", CYCLES, archive.build()));
    assertThat(changes).isEqualTo(1);
    assertThat(fetched).isEmpty();
    try (FarmRenderers.Held held = obtain("4.2").orElseThrow();
        FarmRenderers.Held again = obtain("4.2.3").orElseThrow()) {
      assertThat(held.renderer().renderer().build()).isEqualTo(archive.build());
      assertThat(held.renderer().executable()).isExecutable().hasFileName("blender");
      assertThat(again.renderer()).isEqualTo(held.renderer());
    }
    renderers.wanted(List.of(archive));
    assertThat(fetched).containsExactly(archive.digest());
    assertThat(changes).isEqualTo(1);
    assertThat(obtain("4.3")).isEmpty();
  }

  @Test
  void archive_that_is_here_from_an_earlier_run_is_not_fetched_again() throws Exception {
    Archives.Archive archive = archive("4.2.3");
    renderers.wanted(List.of(archive));
    obtain("4.2").orElseThrow().close();
    Files.createDirectory(root.resolve("kept/" + archive.digest() + ".new"));
    open();
    assertThat(kept()).containsExactly(archive.digest());
    renderers.wanted(List.of(archive));
    obtain("4.2").orElseThrow().close();
    assertThat(fetched).hasSize(1);
  }

  @Test
  void removed_archive_is_told_of_no_more_and_dropped_when_nobody_uses_it() throws Exception {
    Archives.Archive archive = archive("4.2.3");
    renderers.wanted(List.of(archive));
    FarmRenderers.Held held = obtain("4.2").orElseThrow();
    renderers.wanted(List.of());
    assertThat(renderers.claims()).isEmpty();
    assertThat(changes).isEqualTo(2);
    assertThat(held.renderer().executable()).exists();
    held.close();
    held.close();
    assertThat(kept()).isEmpty();
  }

  @Test
  void archive_removed_while_the_node_was_away_is_dropped() throws Exception {
    Archives.Archive archive = archive("4.2.3");
    renderers.wanted(List.of(archive));
    obtain("4.2").orElseThrow().close();
    open();
    renderers.wanted(List.of());
    assertThat(kept()).isEmpty();
  }

  @Test
  void flipped_byte_in_the_kept_files_is_noticed_and_they_are_fetched_again() throws Exception {
    Archives.Archive archive = archive("4.2.3");
    renderers.wanted(List.of(archive));
    FarmRenderers.Held held = obtain("4.2").orElseThrow();
    Path data = held.renderer().executable().resolveSibling("data");
    held.close();
    byte[] bytes = Files.readAllBytes(data);
    bytes[500] ^= 1;
    Files.write(data, bytes);
    open();
    renderers.wanted(List.of(archive));
    assertThat(obtain("4.2").orElseThrow().renderer().renderer().build())
        .isEqualTo(archive.build());
    assertThat(data).hasBinaryContent(new byte[1000]);
    assertThat(fetched).hasSize(2);
  }

  @Test
  void archive_of_other_files_than_the_admin_saw_is_refused_and_nothing_is_left() throws Exception {
    Archives.Archive good = archive("4.2.3");
    Archives.Archive archive =
        new Archives.Archive(
            good.digest(),
            good.file(),
            "blender",
            "4.2.3",
            CYCLES,
            "b".repeat(64),
            HERE.os(),
            HERE.processor(),
            good.size(),
            2000,
            "ada",
            0);
    renderers.wanted(List.of(archive));
    assertThatThrownBy(() -> obtain("4.2"))
        .isInstanceOf(FarmRenderers.Unavailable.class)
        .hasMessageContaining("its files are not those that the admin added");
    assertThat(renderers.claims()).isEmpty();
    assertThat(kept()).isEmpty();
    assertThat(obtain("4.2")).isEmpty();
  }

  @Test
  void damaged_archive_refuses_the_renderer_and_leaves_nothing() throws Exception {
    Archives.Archive archive = archive("4.2.3");
    Path file = root.resolve(archive.digest());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    renderers.wanted(List.of(archive));
    assertThatThrownBy(() -> obtain("4.2")).isInstanceOf(FarmRenderers.Unavailable.class);
    assertThat(renderers.claims()).isEmpty();
    open();
    assertThat(kept()).isEmpty();
  }

  @Test
  void archive_that_grows_beyond_what_was_said_is_refused() throws Exception {
    renderers.wanted(List.of(archive("4.2.3", 900)));
    assertThatThrownBy(() -> obtain("4.2")).hasMessageContaining("holds more than");
  }

  @Test
  void unused_ones_make_room_and_used_ones_do_not() throws Exception {
    bound = 5000;
    open();
    Archives.Archive a = archive("4.1.0");
    Archives.Archive b = archive("4.2.0");
    Archives.Archive c = archive("4.3.0");
    renderers.wanted(List.of(a, b, c));
    FarmRenderers.Held held = obtain("4.1").orElseThrow();
    obtain("4.2").orElseThrow().close();
    obtain("4.3").orElseThrow().close();
    assertThat(kept()).containsExactlyInAnyOrder(a.digest(), c.digest());
    assertThat(renderers.claims()).hasSize(3);
    try (FarmRenderers.Held _ = obtain("4.3").orElseThrow()) {
      assertThatThrownBy(() -> obtain("4.2"))
          .isInstanceOfSatisfying(
              FarmRenderers.Unavailable.class,
              e -> assertThat(e.failure().code()).isEqualTo("renderer-room"));
    }
    held.close();
    obtain("4.2").orElseThrow().close();
    assertThat(fetched).hasSize(4);
  }

  @Test
  void archives_for_other_computers_are_none_of_ours() throws Exception {
    Archives.Archive ours = archive("4.2.3");
    Archives.Archive theirs =
        new Archives.Archive(
            ours.digest(),
            ours.file(),
            "blender",
            "4.2.3",
            CYCLES,
            ours.build(),
            "windows",
            "x86_64",
            1,
            1,
            "ada",
            0);
    renderers.wanted(List.of(theirs));
    assertThat(renderers.claims()).isEmpty();
  }
}

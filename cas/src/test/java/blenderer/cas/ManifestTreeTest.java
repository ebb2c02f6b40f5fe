package blenderer.cas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.model.Digest;
import blenderer.model.Manifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManifestTreeTest {

  @TempDir Path dir;

  private Path tree() throws IOException {
    Path tree = dir.resolve("tree");
    Files.createDirectories(tree.resolve("tex/deep"));
    Files.writeString(tree.resolve("shot.blend"), "scene");
    Files.writeString(tree.resolve("tex/a.png"), "a");
    Files.writeString(tree.resolve("tex/deep/empty"), "");
    return tree;
  }

  private BlobFiles storeOf(Path tree, Manifest manifest) throws IOException {
    BlobFiles files = BlobFiles.open(dir.resolve("store"));
    for (Manifest.Entry file : manifest.files()) {
      byte[] bytes = Files.readAllBytes(tree.resolve(file.path()));
      files.put(file.digest(), bytes.length, new ByteArrayInputStream(bytes));
    }
    return files;
  }

  @Test
  void a_folder_scanned_and_laid_out_is_the_same_folder() throws IOException {
    Path tree = tree();
    Manifest manifest = ManifestTree.scan(tree);
    assertThat(manifest.files())
        .extracting(Manifest.Entry::path)
        .containsExactly("shot.blend", "tex/a.png", "tex/deep/empty");
    BlobFiles files = storeOf(tree, manifest);
    Path out = dir.resolve("new/out");
    ManifestTree.layOut(manifest, files, out);
    assertThat(ManifestTree.scan(out)).isEqualTo(manifest);
    assertThat(Disk.list(dir.resolve("new"))).containsExactly(out);
  }

  private static Manifest only(Manifest all, String path) {
    return new Manifest(all.files().stream().filter(file -> file.path().equals(path)).toList());
  }

  @Test
  void files_can_be_added_later_to_the_folders_made_for_them() throws IOException {
    Path tree = tree();
    Manifest manifest = ManifestTree.scan(tree);
    BlobFiles files = storeOf(tree, manifest);
    Path out = dir.resolve("new/out");
    List<String> all = manifest.files().stream().map(Manifest.Entry::path).toList();
    ManifestTree.layOut(only(manifest, "shot.blend"), all, files, out);
    assertThat(ManifestTree.scan(out).files()).hasSize(1);
    ManifestTree.add(only(manifest, "tex/a.png"), files, out, dir.resolve("growing"));
    ManifestTree.add(only(manifest, "tex/deep/empty"), files, out, dir.resolve("growing"));
    assertThat(ManifestTree.scan(out)).isEqualTo(manifest);
    assertThat(dir.resolve("growing")).doesNotExist();
  }

  @Test
  void no_link_in_the_way_of_an_added_file_is_followed() throws IOException {
    Path tree = tree();
    Manifest manifest = ManifestTree.scan(tree);
    BlobFiles files = storeOf(tree, manifest);
    Path victim = Files.createDirectory(dir.resolve("victim"));
    Files.writeString(victim.resolve("a.png"), "mine");
    for (String planted : List.of("out", "out/tex", "out/tex/a.png")) {
      Path around = Files.createDirectory(dir.resolve(planted.replace('/', '-')));
      Path out = around.resolve("out");
      ManifestTree.layOut(new Manifest(List.of()), List.of("tex/a.png"), files, out);
      Path link = around.resolve(planted);
      if (planted.endsWith("a.png")) {
        Files.createSymbolicLink(link, victim.resolve("a.png"));
      } else {
        ManifestTree.deleteTree(link);
        Files.createDirectories(victim.resolve("tex"));
        Files.createSymbolicLink(link, victim);
      }
      try {
        ManifestTree.add(only(manifest, "tex/a.png"), files, out, dir.resolve("growing"));
        assertThat(planted).isEqualTo("out/tex/a.png");
        assertThat(out.resolve("tex/a.png")).isRegularFile().hasContent("a");
        assertThat(Files.isSymbolicLink(out.resolve("tex/a.png"))).isFalse();
      } catch (CasException e) {
        assertThat(planted).isNotEqualTo("out/tex/a.png");
      }
      assertThat(victim.resolve("a.png")).hasContent("mine");
      assertThat(victim.resolve("tex/a.png")).doesNotExist();
      assertThat(dir.resolve("growing")).doesNotExist();
    }
  }

  @Test
  void a_laid_out_file_can_be_changed_without_touching_the_blob() throws IOException {
    Path tree = tree();
    Manifest manifest = ManifestTree.scan(tree);
    BlobFiles files = storeOf(tree, manifest);
    Path out = Files.createDirectory(dir.resolve("out"));
    ManifestTree.layOut(manifest, files, out);
    Files.writeString(out.resolve("shot.blend"), "SCENE");
    assertThat(files.verify(manifest.files().getFirst().digest())).isTrue();
  }

  @Test
  void a_folder_in_use_a_file_or_a_link_is_no_target() throws IOException {
    Path tree = tree();
    Manifest manifest = ManifestTree.scan(tree);
    BlobFiles files = storeOf(tree, manifest);
    Path used = Files.createDirectory(dir.resolve("used"));
    Path outside = Files.createDirectory(dir.resolve("outside"));
    Files.createSymbolicLink(used.resolve("tex"), outside);
    Path link = Files.createSymbolicLink(dir.resolve("link"), outside);
    Path file = Files.writeString(dir.resolve("file"), "");
    for (Path target : List.of(used, link, file)) {
      assertThatThrownBy(() -> ManifestTree.layOut(manifest, files, target))
          .isInstanceOf(BadManifestException.class)
          .hasMessageContaining(target.toString());
    }
    assertThat(Disk.list(outside)).isEmpty();
  }

  @Test
  void a_missing_or_short_blob_leaves_no_folder_behind() throws IOException {
    Path tree = tree();
    Manifest manifest = ManifestTree.scan(tree);
    BlobFiles files = storeOf(tree, manifest);
    Path out = dir.resolve("empty/out");
    Digest scene = manifest.files().getFirst().digest();
    Files.writeString(files.path(scene), "scen");
    assertThatThrownBy(() -> ManifestTree.layOut(manifest, files, out))
        .hasMessageContaining("'shot.blend'");
    files.delete(scene);
    assertThatThrownBy(() -> ManifestTree.layOut(manifest, files, out))
        .hasMessageContaining("'shot.blend'")
        .hasMessageContaining(scene.hex());
    assertThat(Disk.list(dir.resolve("empty"))).isEmpty();
  }

  @Test
  void a_link_inside_counts_and_a_link_out_is_refused() throws IOException {
    Path tree = tree();
    Files.createSymbolicLink(tree.resolve("again.png"), Path.of("tex/a.png"));
    assertThat(ManifestTree.scan(tree).files())
        .contains(new Manifest.Entry("again.png", Digest.of("a".getBytes(UTF_8)), 1));
    Path secret = Files.writeString(dir.resolve("secret"), "s");
    for (Path aim :
        List.of(secret, dir, Path.of("../secret"), Path.of("nowhere"), Path.of("tex"))) {
      Path link = Files.createSymbolicLink(tree.resolve("link.png"), aim);
      assertThatThrownBy(() -> ManifestTree.scan(tree))
          .isInstanceOf(BadManifestException.class)
          .hasMessageContaining("link.png");
      Files.delete(link);
    }
  }

  @Test
  void a_name_that_no_manifest_may_hold_is_named() throws IOException {
    Path tree = tree();
    Files.writeString(tree.resolve("a:b"), "");
    assertThatThrownBy(() -> ManifestTree.scan(tree))
        .isInstanceOf(BadManifestException.class)
        .hasMessageContaining("'a:b'");
  }

  @Test
  void deleting_a_tree_follows_no_link() throws IOException {
    Path tree = tree();
    Path kept = Files.createDirectory(dir.resolve("kept"));
    Files.writeString(kept.resolve("file"), "");
    Files.createSymbolicLink(tree.resolve("out"), kept);
    ManifestTree.deleteTree(tree);
    assertThat(Files.exists(tree, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(kept.resolve("file")).exists();
    ManifestTree.deleteTree(tree);
  }
}

package blenderer.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowDownloadTest {

  @TempDir Path folder = Path.of("");
  private final FakeShelf farm = new FakeShelf();

  private FollowDownload.Result fetch(String job) {
    return new FollowDownload(farm, folder, new FollowDownload.Listener() {}).fetch(job);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private SubmitException refusal(String job) {
    return catchThrowableOfType(SubmitException.class, () -> fetch(job));
  }

  @Test
  void all_pages_land_and_a_second_run_keeps_them() {
    for (int i = 1; i <= 5; i++) {
      farm.made("a/frame" + i + ".png", bytes("frame " + i), 1, true);
    }
    assertThat(fetch("j1")).isEqualTo(new FollowDownload.Result(5, 0, 35));
    assertThat(folder.resolve("a/frame5.png")).hasContent("frame 5");
    assertThat(fetch("j1")).isEqualTo(new FollowDownload.Result(0, 5, 0));
  }

  @Test
  void a_foreign_file_is_kept_and_named_while_the_others_land() throws IOException {
    Files.writeString(folder.resolve("frame1.png"), "mine");
    farm.made("frame1.png", bytes("one"), 1, true);
    farm.made("frame2.png", bytes("two"), 1, true);
    SubmitException e = refusal("j1");
    assertThat(e.code()).isEqualTo("file-in-the-way");
    assertThat(e.sentence()).contains("frame1.png").contains("not written by this download");
    assertThat(folder.resolve("frame1.png")).hasContent("mine");
    assertThat(folder.resolve("frame2.png")).hasContent("two");
  }

  @Test
  void a_foreign_file_with_the_right_content_counts_as_done() throws IOException {
    Files.writeString(folder.resolve("frame1.png"), "one");
    farm.made("frame1.png", bytes("one"), 1, true);
    assertThat(fetch("j1")).isEqualTo(new FollowDownload.Result(0, 1, 0));
  }

  @Test
  void a_newer_generation_replaces_the_older_file_that_we_wrote() throws IOException {
    farm.made("frame1.png", bytes("old"), 1, true);
    fetch("j1");
    farm.outputs.clear();
    farm.made("frame1.png", bytes("old"), 1, false);
    farm.made("frame1.png", bytes("newer"), 2, true);
    assertThat(fetch("j1").landed()).isEqualTo(1);
    assertThat(folder.resolve("frame1.png")).hasContent("newer");
    Files.writeString(folder.resolve("frame1.png"), "retouched by hand");
    assertThat(refusal("j1").code()).isEqualTo("file-in-the-way");
  }

  @Test
  void another_job_s_frame_is_not_overwritten() {
    farm.made("frame1.png", bytes("first"), 1, true);
    fetch("j1");
    farm.outputs.clear();
    farm.made("frame1.png", bytes("second"), 1, true);
    assertThat(refusal("j2").sentence()).contains("belongs to the job j1");
    assertThat(folder.resolve("frame1.png")).hasContent("first");
  }

  @Test
  void a_crash_between_the_rename_and_the_next_run_leaves_our_file_ours() {
    farm.made("frame1.png", bytes("old"), 1, true);
    fetch("j1");
    farm.outputs.clear();
    farm.made("frame1.png", bytes("newer"), 2, true);
    // The record is written before the file is moved, so the file of a crashed run is on it.
    assertThat(new DownloadRecord(folder).wrote("j1", "frame1.png", digest("old"))).isTrue();
    fetch("j1");
    assertThat(new DownloadRecord(folder).wrote("j1", "frame1.png", digest("old"))).isTrue();
    assertThat(new DownloadRecord(folder).wrote("j1", "frame1.png", digest("newer"))).isTrue();
  }

  private static String digest(String text) {
    return blenderer.model.Digest.of(bytes(text)).hex();
  }

  @Test
  void hostile_paths_write_nothing() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-x"));
    Files.createSymbolicLink(folder.resolve("link"), elsewhere);
    for (String path :
        new String[] {"../up.png", "/etc/x", "a\\b", "link/x.png", ".blenderer-download.json"}) {
      farm.outputs.clear();
      farm.made(path, bytes("evil"), 1, true);
      assertThat(refusal("j1").code()).as(path).isEqualTo("output-path-refused");
    }
    assertThat(elsewhere).isEmptyDirectory();
    assertThat(folder.toFile().list()).containsExactly("link");
    Files.delete(elsewhere);
  }
}

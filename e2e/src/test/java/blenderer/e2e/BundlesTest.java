package blenderer.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.testkit.TestBlender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bundles in {@code examples/}, and what else people submit, through a real server and node.
 */
@Tag("e2e")
class BundlesTest {

  private static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();
  private static final String NTSC = "s.render.fps = 24; s.render.fps_base = 1.001";
  private static FarmProcesses farm;

  @BeforeAll
  static void start() throws IOException {
    farm = new FarmProcesses();
    farm.startServer().startNode("one", options());
  }

  /** The node has each Blender. */
  private static String[] options() {
    return Stream.concat(
            Stream.of("--allow-commands"),
            TestBlender.each().flatMap(one -> Stream.of("--blender", one.program().toString())))
        .toArray(String[]::new);
  }

  @AfterAll
  static void stop() throws IOException {
    farm.close();
  }

  private static Path example(String name) {
    return EXAMPLES.resolve(name);
  }

  /** Submits, waits, and downloads into a folder of that name. */
  private static Path done(String into, String... arguments) {
    Path folder = farm.folder.resolve(into);
    String[] all =
        Stream.of(Stream.of("submit"), Stream.of(arguments), Stream.of("--download", folder + ""))
            .flatMap(part -> part)
            .toArray(String[]::new);
    farm.cli(all).expect(0);
    return folder;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(file -> !file.startsWith(".blenderer"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"simple-job", "blender-chunks", "povray-expressions", "job-daemon", "ui-controls"})
  void every_example_is_valid(String name) {
    String template = example(name).resolve("template.yaml").toString();
    assertThat(farm.cli("openjd", "check", template).expect(0).out())
        .isEqualTo(template + ": valid\n");
  }

  @Test
  void a_simple_job_binds_in_its_second_step_what_the_first_wrote() throws IOException {
    Path letters = done("letters", example("simple-job").toString());
    assertThat(names(letters))
        .containsExactly(
            "book.txt", "letter-1.txt", "letter-2.txt", "letter-3.txt", "letter-4.txt");
    assertThat(letters.resolve("book.txt"))
        .hasContent(
            """
            Dear reader number 1
            Dear reader number 2
            Dear reader number 3
            Dear reader number 4
            """);
  }

  @Test
  void a_value_of_the_command_line_wins_over_the_bundles() throws IOException {
    assertThat(names(done("one-letter", example("simple-job").toString(), "-p", "Count=1")))
        .containsExactly("book.txt", "letter-1.txt");
  }

  @Test
  void chunks_of_blender_frames_all_come_back() throws IOException {
    Path scene = Scenes.small(farm.folder.resolve("cube"), "cube.blend", "");
    Path frames =
        done(
            "chunks",
            example("blender-chunks").toString(),
            "-p",
            "Scene=" + scene,
            "-p",
            "Frames=1-4");
    assertThat(names(frames))
        .containsExactly("frame_0001.png", "frame_0002.png", "frame_0003.png", "frame_0004.png");
  }

  @Test
  void expressions_name_and_size_the_frames_of_povray() throws IOException {
    Path images = done("planet", example("povray-expressions").toString());
    assertThat(names(images))
        .containsExactly(
            "planet_0001.png", "planet_0002.png", "planet_0003.png", "planet_0004.png");
    assertThat(Pixels.of(images.resolve("planet_0001.png")).height()).isEqualTo(60);
  }

  @Test
  void a_daemon_of_the_job_serves_all_tasks_and_does_not_outlive_it() throws IOException {
    Path tickets = done("tickets", example("job-daemon").toString());
    assertThat(names(tickets)).hasSize(6);
    assertThat(Files.readString(tickets.resolve("ticket-1.txt")))
        .startsWith("Good morning, number");
    // The session stays for more tasks until the node is needed for something else.
    done("after-tickets", example("simple-job").toString(), "-p", "Count=1");
    Patience.until(
        Duration.ofSeconds(60),
        () -> "nothing of the job runs: " + farm.renderersAlive(),
        () -> farm.renderersAlive().stream().noneMatch(line -> line.contains("clerk")));
  }

  @Test
  void every_control_has_a_value_and_each_output_a_folder_of_its_own() throws IOException {
    Path out = done("controls", example("ui-controls").toString(), "-p", "Samples=128");
    assertThat(names(out)).containsExactly("reports/report.txt", "scratch/visits.txt");
    assertThat(Files.readString(out.resolve("reports/report.txt")))
        .contains("samples=128 tile=128 exposure=0.5 gamma=2.2")
        .contains("A reference.");
    assertThat(out.resolve("scratch/visits.txt")).hasContent("shipped with the bundle\nvisited\n");
    // What is there already and was not written by a download stays.
    Path mine = farm.folder.resolve("mine");
    Files.createDirectories(mine.resolve("reports"));
    Files.writeString(mine.resolve("reports/report.txt"), "mine");
    Run refused =
        farm.cli("submit", example("ui-controls").toString(), "--download", mine.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("[file-in-the-way]");
    assertThat(mine.resolve("reports/report.txt")).hasContent("mine");
  }

  @Test
  void a_command_runs_once_for_each_frame() throws IOException {
    Path made =
        done(
            "command",
            "--command",
            "echo \"this is {frame}\" > out-{frame:3}.txt; cat {input}/greeting.txt",
            "--frames",
            "1-3",
            "-p",
            "Input=" + example("simple-job"));
    assertThat(names(made)).containsExactly("out-001.txt", "out-002.txt", "out-003.txt");
    assertThat(made.resolve("out-002.txt")).hasContent("this is 2\n");
  }

  @Test
  void whoever_may_not_run_commands_is_told_whom_to_ask() throws IOException {
    Path artist = Files.writeString(farm.folder.resolve("artist"), farm.invite("artist"));
    Map<String, String> elsewhere =
        Map.of(
            "HOME",
            farm.folder.resolve("artists-home").toString(),
            "XDG_CONFIG_HOME",
            farm.folder.resolve("artists-home/.config").toString());
    farm.cliWith(elsewhere, "login", artist.toString(), "--name", "ada").expect(0);
    Run run = farm.cliWith(elsewhere, "submit", "--command", "echo {frame}");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("[permission-missing]").contains("'commands'");
  }

  @ParameterizedTest
  @MethodSource("blenderer.testkit.TestBlender#each")
  void a_scene_that_writes_a_movie_gives_the_movie_of_plain_blender_with_its_sound(
      TestBlender blender) throws IOException {
    Path folder = farm.folder.resolve("movie-" + blender.version());
    Path scene =
        Scenes.small(
            blender,
            folder,
            "film.blend",
            NTSC
                + """

                s.frame_start, s.frame_end = 2, 5
                s.render.filepath = '//out/film_##'
                s.render.image_settings.file_format = 'FFMPEG'
                s.render.ffmpeg.format, s.render.ffmpeg.codec = 'MKV', 'FFV1'
                s.render.ffmpeg.audio_codec = 'AAC'
                import os, wave
                sound = os.path.join(os.path.dirname(sys.argv[-1]), 'tone.wav')
                with wave.open(sound, 'wb') as w:
                    w.setnchannels(1); w.setsampwidth(2); w.setframerate(44100)
                    w.writeframes(bytes(range(256)) * 400)
                strips = s.sequence_editor_create()
                strips = strips.strips if hasattr(strips, 'strips') else strips.sequences
                strips.new_sound('tone', sound, 1, 1)
                bpy.data.sounds[0].pack()
                """);
    Blenders.run(blender, folder, Map.of(), scene.toString(), "-a").expect(0);
    assertThat(names(folder.resolve("out"))).containsExactly("film_02-05.mkv");
    Run submitted =
        farm.cli(
            "submit",
            scene.toString(),
            "--blender",
            blender.program().toString(),
            "--wait",
            "--download",
            folder + "/ours");
    submitted.expect(0);
    assertThat(submitted.err())
        .contains("Note: the scene writes a movie.", "'film_02-05.mkv'", "with the scene's sound");
    assertThat(names(folder.resolve("ours")))
        .containsExactly(
            "film_02-05.mkv", "film_02.png", "film_03.png", "film_04.png", "film_05.png");
    Path film = folder.resolve("ours/film_02-05.mkv");
    assertThat(probe(film, "v", "codec_name,r_frame_rate,nb_read_frames"))
        .isEqualTo("ffv1,24000/1001,4");
    assertThat(probe(film, "a", "codec_name")).isEqualTo("aac");
    assertThat(colours(film)).isEqualTo(colours(folder.resolve("out/film_02-05.mkv")));
  }

  /** Of every picture of a film. */
  private static List<String> colours(Path film) {
    return Run.of(
            Duration.ofMinutes(1),
            farm.folder,
            Map.of(),
            List.of(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                film + "",
                "-map",
                "0:v",
                "-pix_fmt",
                "rgb24",
                "-f",
                "framemd5",
                "-"))
        .expect(0)
        .out()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.substring(line.lastIndexOf(',')))
        .toList();
  }

  private static String probe(Path film, String stream, String entries) {
    return Run.of(
            Duration.ofMinutes(1),
            farm.folder,
            Map.of(),
            List.of(
                "ffprobe",
                "-v",
                "error",
                "-count_frames",
                "-select_streams",
                stream,
                "-show_entries",
                "stream=" + entries,
                "-of",
                "csv=p=0",
                film.toString()))
        .expect(0)
        .out()
        .strip();
  }

  @Test
  void frames_of_blender_become_a_video_at_the_scenes_own_speed() throws IOException {
    Path scene = Scenes.small(farm.folder.resolve("film"), "cube.blend", NTSC);
    Path made = done("film-out", scene.toString(), "--frames", "1-3", "--video", "mp4");
    assertThat(names(made)).hasSize(4).contains("cube.mp4");
    String facts = probe(made.resolve("cube.mp4"), "v", "codec_name,r_frame_rate,nb_read_frames");
    assertThat(facts).isEqualTo("h264,24000/1001,3");
  }
}

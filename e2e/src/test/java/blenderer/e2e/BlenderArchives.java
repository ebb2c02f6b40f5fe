package blenderer.e2e;

import blenderer.testkit.TestBlender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Archives in the layout of Blender's makers: the program, and its resources beside it. */
final class BlenderArchives {

  private BlenderArchives() {}

  /**
   * Debian's own Blender as a {@code .tar.gz}.
   *
   * @param more how many MiB of noise lie among the resources
   */
  static Path of(TestBlender blender, Path folder, int more) {
    String top = "blender-" + blender.version() + "-linux-x64";
    String script =
        """
        set -e
        mkdir -p "$1/$2"
        cp -L "$3" "$1/blender"
        cp -rL /usr/share/blender/scripts /usr/share/blender/datafiles "$1/$2/"
        rm -rf "$1/$2/datafiles/studiolights"
        find "$1" -name __pycache__ -prune -exec rm -rf {} +
        [ "$5" = 0 ] || head -c "$5"M /dev/urandom >"$1/$2/datafiles/noise.bin"
        tar c -C "$1/.." "$4" | gzip -1 >"$1.tar.gz"
        rm -rf "$1"
        """;
    Run.of(
            Duration.ofMinutes(5),
            folder,
            Map.of(),
            List.of(
                "sh",
                "-c",
                script,
                "sh",
                folder.resolve(top).toString(),
                blender.series(),
                blender.program().toString(),
                top,
                "" + more))
        .expect(0);
    return folder.resolve(top + ".tar.gz");
  }
}

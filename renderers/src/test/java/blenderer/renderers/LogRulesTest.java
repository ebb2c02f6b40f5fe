package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Failure;
import blenderer.model.RetryClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogRulesTest {

  private final LogRules rules = ShippedRenderers.load().checks("blender").logRules();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Error: Cannot render, no camera ; no-camera ; NEVER",
        "Error: Build without OpenImageDenoiser ; denoiser-absent ; ELSEWHERE",
        "Error: Failed to denoise, build has no OpenImageDenoise support ; denoiser-absent ;"
            + " ELSEWHERE",
        "OpenEXR-writePixels: ERROR: No space left on device ; disk-full ; ELSEWHERE",
        "libpng error: Write Error ; disk-full ; ELSEWHERE",
        "Error: Render error (Invalid argument) cannot save: 'x.png' ; output-unwritable ;"
            + " ELSEWHERE",
        "Error: Failed to read blend file 'a.blend': Missing DNA block ; scene-unreadable ; NEVER",
        "EGL Error (0x300C): EGL_BAD_PARAMETER ; no-graphics ; ELSEWHERE",
        "00:01.250  render | ERROR: something new ; render-error ; HERE",
      })
  void bad_line_gives_its_code(String line, String code, RetryClass retry) {
    Failure failure = rules.judge(line).orElseThrow();
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.retry()).isEqualTo(retry);
    assertThat(failure.message()).contains("(" + line + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Saved: '/out/Error_0001.png'",
        " Time: 00:03.97 (Saving: 00:00.48)",
        "Fra:2 Mem:28.77M (Peak 28.77M) | Time:00:22.59 | Main, ViewLayer | Sample 129/400",
        "Warning: Unable to open '/c/proj/a/A.blend': No such file or directory",
        "EGL Error (0x3009): EGL_BAD_MATCH: Arguments are inconsistent",
        "EGL Error (0x3001): EGL_NOT_INITIALIZED: EGL is not initialized",
        "Error: Not freed memory blocks: 2, total unfreed memory 0.000126 MB",
        "",
      })
  void harmless_line_gives_nothing(String line) {
    assertThat(rules.judge(line)).isEmpty();
  }

  @Test
  void endless_line_is_judged_by_its_beginning() {
    assertThat(rules.judge("x".repeat(1_000_000) + "No space left on device")).isEmpty();
  }
}

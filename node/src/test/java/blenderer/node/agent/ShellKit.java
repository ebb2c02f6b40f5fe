package blenderer.node.agent;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import blenderer.node.render.FileVerdict;
import blenderer.node.render.RendererKit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A renderer that is a shell script. A whole result of it ends in {@code END}. */
record ShellKit(String yaml) implements RendererKit {

  /** Renders frames 1-20 by {@code script}, which gets the frames as words in $FRAMES. */
  static ShellKit rendering(String script) {
    return of("true", script, "true");
  }

  static ShellKit of(String enter, String script, String exit) {
    return new ShellKit(
        """
        specificationVersion: jobtemplate-2023-09
        extensions: [TASK_CHUNKING]
        name: test
        parameterDefinitions:
          - {name: Scene, type: PATH, objectType: FILE, dataFlow: IN, default: scene.txt}
          - {name: Output, type: PATH, objectType: DIRECTORY, dataFlow: OUT, default: output}
        steps:
          - name: render
            stepEnvironments:
              - name: shell
                script:
                  actions:
                    onEnter: {command: sh, args: ["{{Env.File.enter}}", "{{Param.Scene}}", "{{Param.Output}}"]}
                    onExit: {command: sh, args: ["{{Env.File.exit}}"]}
                  embeddedFiles:
                    - name: enter
                      type: TEXT
                      data: |
        %s
                    - name: exit
                      type: TEXT
                      data: |
        %s
            parameterSpace:
              taskParameterDefinitions:
                - name: Frame
                  type: CHUNK[INT]
                  range: "1-20"
                  chunks: {defaultTaskCount: 4, rangeConstraint: CONTIGUOUS}
            script:
              actions:
                onRun: {command: sh, args: ["{{Task.File.run}}", "{{Param.Scene}}", "{{Param.Output}}", "{{Task.Param.Frame}}"]}
              embeddedFiles:
                - name: run
                  type: TEXT
                  data: |
                    SCENE=$1 OUT=$2
                    FRAMES=$(seq ${3%%-*} ${3#*-})
        %s
        """
            .formatted(indented(enter, 16), indented(exit, 16), indented(script, 12)));
  }

  private static String indented(String text, int by) {
    return text.indent(by).stripTrailing();
  }

  @Override
  public String name() {
    return "shell";
  }

  @Override
  public Digest template() {
    return Digest.of(templateBytes());
  }

  @Override
  public byte[] templateBytes() {
    return yaml.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Path folder() {
    return Path.of("/usr");
  }

  @Override
  public Optional<Failure> judgeLine(String line) {
    return line.startsWith("BAD")
        ? Optional.of(new Failure("bad-line", "The renderer said " + line + ".", RetryClass.HERE))
        : Optional.empty();
  }

  @Override
  public FileVerdict judgeFile(Path file, String path, Map<String, String> parameters) {
    try {
      return Files.readString(file).endsWith("END\n")
          ? FileVerdict.UNSEEN
          : FileVerdict.bad(
              new Failure("image-damaged", "'" + path + "' is not whole.", RetryClass.HERE));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public RetryClass classOf(String code) {
    return code.equals("hopeless") ? RetryClass.NEVER : RetryClass.HERE;
  }
}

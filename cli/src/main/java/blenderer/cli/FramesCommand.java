package blenderer.cli;

import blenderer.api.FarmClient;
import blenderer.api.FarmClient.TaskFilter;
import blenderer.api.Jobs;
import blenderer.api.LocalFileException;
import blenderer.api.NodeSync;
import blenderer.model.Digest;
import blenderer.model.LookState;
import blenderer.submit.SceneFrames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code blenderer frames ID}. */
@Command(
    name = "frames",
    description =
        "List the frames that are done: who rendered them with what, and what the pictures look"
            + " like.")
final class FramesCommand extends PeopleCommand {

  /** Nodes make previews far smaller. */
  private static final int LARGEST = 4 << 20;

  @Parameters(index = "0", paramLabel = "ID", description = "The job's id, or how it begins.")
  String id = "";

  @Option(names = "--flagged", description = "Only frames that somebody has to look at.")
  boolean flagged;

  @Option(names = "--frames", paramLabel = "RANGE", description = "Only these frames.")
  @Nullable String frames;

  @Option(names = "--step", paramLabel = "NAME", description = "Only of this step.")
  @Nullable String step;

  @Option(
      names = "--previews",
      paramLabel = "DIR",
      description = "Also fetch small pictures of them into this folder.")
  @Nullable Path previews;

  FramesCommand(Surroundings around) {
    super(around);
  }

  @Override
  int run() {
    String range = frames == null ? null : SceneFrames.canonical(frames);
    try (FarmClient client = client()) {
      Jobs.Job job = client.job(id);
      List<Jobs.Frame> found = found(client, job.id(), range);
      Path folder = previews;
      int fetched = folder == null ? 0 : fetch(client, found, folder);
      if (json) {
        printJson(found);
        return ExitCode.DONE;
      }
      print(table(job, found), flagged ? "No frame is flagged." : "No frame is done yet.");
      if (folder != null) {
        out().println(Texts.plural(fetched, "preview") + " in " + folder + ".");
      }
      if (found.stream().anyMatch(FramesCommand::isFlagged)) {
        err()
            .println(
                "Look at the flagged frames, then 'blenderer accept "
                    + job.id()
                    + "' or 'blenderer retry "
                    + job.id()
                    + " --flagged', with --frames for some of them.");
        err().flush();
      }
      return ExitCode.DONE;
    }
  }

  private static boolean isFlagged(Jobs.Frame frame) {
    return LookState.FLAGGED.word().equals(frame.state());
  }

  private List<Jobs.Frame> found(FarmClient client, String job, @Nullable String range) {
    List<Jobs.Frame> all = new ArrayList<>();
    TaskFilter filter =
        new TaskFilter(step, flagged ? LookState.FLAGGED.word() : null, range, null, null);
    while (true) {
      Jobs.FramePage page = client.frames(job, filter);
      all.addAll(page.frames());
      String next = page.next();
      if (next == null) {
        return all;
      }
      filter = filter.after(next);
    }
  }

  private int fetch(FarmClient client, List<Jobs.Frame> found, Path folder) {
    int fetched = 0;
    for (Jobs.Frame frame : found) {
      NodeSync.Look look = frame.look();
      String preview = look == null ? null : look.preview();
      if (preview == null) {
        continue;
      }
      byte[] bytes = client.blob(new Digest(preview), LARGEST);
      String ending = bytes.length > 0 && bytes[0] == (byte) 0x89 ? ".png" : ".jpg";
      String name = frame.item().replaceAll("[^A-Za-z0-9=_-]+", "_");
      Path file = folder.resolve("step" + frame.step() + "_" + name + ending);
      try {
        Files.createDirectories(folder);
        Files.write(file, bytes);
      } catch (IOException e) {
        throw new LocalFileException(
            "file-not-written",
            "'" + file + "' cannot be written: " + e.getMessage(),
            "Choose another folder.",
            e);
      }
      fetched++;
    }
    return fetched;
  }

  private static Table table(Jobs.Job job, List<Jobs.Frame> frames) {
    Table table =
        Table.of(
            ">ITEM", "~NODE", "~RENDERER", "~DEVICE", ">TIME", ">MEMORY", ">MEAN", "LOOK", "~WHY");
    boolean steps = job.steps().size() > 1;
    for (Jobs.Frame frame : frames) {
      NodeSync.Look look = frame.look();
      table.row(
          (steps ? job.steps().get(frame.step()).name() + " " : "") + frame.item(),
          frame.node(),
          frame.renderer() == null ? "" : frame.renderer(),
          frame.device() == null ? "" : frame.device(),
          Texts.time(Duration.ofMillis(frame.endedAt() - frame.startedAt())),
          frame.memoryBytes() == null ? "" : Texts.bytes(frame.memoryBytes()),
          look == null ? "" : String.format(Locale.ROOT, "%.3f", look.mean()),
          frame.state() == null ? "" : frame.state(),
          frame.flags().stream()
              .map(flag -> "[" + flag.code() + "] " + flag.message())
              .collect(Collectors.joining(" ")));
    }
    return table;
  }
}

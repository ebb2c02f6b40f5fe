package blenderer.bench.crowd;

import blenderer.api.BlobSource;
import blenderer.api.Jobs;
import blenderer.api.NodeSync;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench frames}: like {@code dispatch}, with one picture a task. */
@Command(
    name = "frames",
    mixinStandardHelpOptions = true,
    description = {
      "A closed loop: nodes upload one file of a picture's size for each task and report it.",
      "File, index, grant and result are on disk before they are answered."
    })
public final class FramesCommand implements Callable<Integer> {

  private static final byte[] HEAD = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** So many files are read back whole at the end. */
  private static final int READ_BACK = 50;

  @Mixin private CrowdOptions options = new CrowdOptions();

  @Option(names = "--bytes", description = "Of a picture (default: ${DEFAULT-VALUE}).")
  private int bytes = 60_000;

  @Option(
      names = "--tasks",
      description = "Run a job of so many tasks to its end instead of for some time.")
  private int tasks = 0;

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean sense = options.makeSense() && tasks >= 0 && bytes >= HEAD.length;
    return Runs.print("frames", sense, this::measure);
  }

  private void measure(ObjectNode line, Path folder) throws IOException, InterruptedException {
    if (tasks == 0) {
      line.put("bareFilesPerSecond", DiskPace.filesPerSecond(folder.resolve("bare"), bytes));
    }
    try (TestedServer server = TestedServer.start(folder.resolve("farm"), options);
        NodeCrowd crowd = new NodeCrowd((node, _, index) -> upload(node, index))) {
      crowd.enrol(server, options.nodes);
      int most = tasks > 0 ? tasks : 3_000 * (options.warmUp + 2 * options.seconds);
      Jobs.Job job = server.submit(server.template(most, 1));
      crowd.start();
      options.into(line);
      line.put("tasks", most).put("bytes", bytes);
      ClosedLoop.measure(line, server, crowd, options, tasks, most);
      crowd.stop();
      int done = server.admin().job(job.id()).tasks().done();
      crowd.check(done);
      line.put("tasksDone", done).put("filesRead", check(server, job.id(), done));
    }
  }

  private byte[] picture(int index) {
    byte[] picture = new byte[bytes];
    new SplittableRandom(index).nextBytes(picture);
    System.arraycopy(HEAD, 0, picture, 0, HEAD.length);
    return picture;
  }

  private static String path(int index) {
    return "output/frame_%07d.png".formatted(index);
  }

  private List<NodeSync.OutputFile> upload(SimulatedNode node, int index) {
    byte[] picture = picture(index);
    Digest digest = Digest.of(picture);
    node.client.uploadBlob(
        digest, picture.length, BlobSource.bytes(path(index), picture), TransferProgress.NONE);
    return List.of(new NodeSync.OutputFile(path(index), digest.hex(), picture.length));
  }

  /** That the server lists every picture once, with its digest, and gives some of them back. */
  private int check(TestedServer server, String job, int done) {
    int listed = 0;
    int read = 0;
    String after = null;
    Jobs.OutputPage page;
    do {
      page = server.admin().outputs(job, after, Duration.ZERO);
      for (Jobs.Output output : page.outputs()) {
        Digest digest = Digest.of(picture(output.index()));
        BenchFailure.unless(
            output.digest().equals(digest.hex()) && output.path().equals(path(output.index())),
            "the server lists another file for task " + output.index());
        if (listed++ % Math.max(1, done / READ_BACK) == 0) {
          server.admin().blob(digest, bytes);
          read++;
        }
      }
      after = page.next();
    } while (page.more());
    BenchFailure.unless(listed == done, listed + " files are listed, for " + done + " tasks");
    return read;
  }
}

package blenderer.submit;

import blenderer.api.ApiException;
import blenderer.api.BlobSource;
import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.LocalFileException;
import blenderer.api.TransferProgress;
import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A farm in memory that behaves as the real one does to a submit and a download. */
final class FakeShelf implements Shelf {

  final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
  final List<Digest> uploads = new CopyOnWriteArrayList<>();
  final List<Jobs.Submit> jobs = new ArrayList<>();
  final List<Jobs.Output> outputs = new ArrayList<>();
  Runnable beforeUpload = () -> {};

  @Override
  public Set<Digest> missing(Collection<Digest> digests) {
    return digests.stream().filter(d -> !blobs.containsKey(d)).collect(Collectors.toSet());
  }

  @Override
  public void upload(Digest digest, long size, BlobSource source, TransferProgress progress) {
    beforeUpload.run();
    byte[] bytes;
    try (InputStream in = source.openAt(0)) {
      bytes = in.readNBytes((int) size);
    } catch (IOException e) {
      throw LocalFileException.unreadable(source.name(), e);
    }
    if (bytes.length < size) {
      throw LocalFileException.changed(source.name());
    }
    if (!Digest.of(bytes).equals(digest)) {
      throw new ApiException(
          new Farm.Problem(422, "digest-mismatch", "Other bytes came.", "Send again.", "never"));
    }
    uploads.add(digest);
    blobs.put(digest, bytes);
    progress.moved(size);
  }

  @Override
  public Jobs.Job submit(Jobs.Submit job, String idempotencyKey) {
    jobs.add(job);
    return job("j1", "waiting");
  }

  static Jobs.Job job(String id, String state) {
    return new Jobs.Job(
        id,
        "shot",
        "ada",
        "default",
        50,
        state,
        1,
        0,
        null,
        null,
        new Jobs.TaskCounts(1, 1, 0, 0, 0, 0, 0),
        List.of(),
        null,
        null,
        "",
        null,
        Map.of(),
        List.of(),
        Map.of(),
        "templates",
        List.of(),
        null,
        0,
        null);
  }

  /** Puts a file on the list of what the job made. */
  void made(String path, byte[] bytes, int generation, boolean current) {
    Digest digest = Digest.of(bytes);
    blobs.put(digest, bytes);
    outputs.add(
        new Jobs.Output(
            0, 0, "1", generation, current, path, digest.hex(), bytes.length, outputs.size()));
  }

  @Override
  public Jobs.OutputPage outputs(String job, @Nullable String after) {
    int from = after == null ? 0 : Integer.parseInt(after);
    int to = Math.min(outputs.size(), from + 2);
    return new Jobs.OutputPage(
        List.copyOf(outputs.subList(from, to)), Integer.toString(to), to < outputs.size());
  }

  @Override
  public void download(Digest digest, Path target, TransferProgress progress) {
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      Files.write(target, blobs.getOrDefault(digest, new byte[0]));
    } catch (IOException e) {
      throw LocalFileException.unwritable(target, e);
    }
  }
}

package blenderer.server.routes;

import blenderer.cas.ContentStore;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Digest;
import blenderer.model.IndexRanges;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.trust.Action;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** What jobs made, one file or many, as browsers fetch it. */
final class DownloadRoutes {

  private static final int PAGE = 1_000;

  private final History history;
  private final ContentStore store;
  private final JobSpaces spaces;

  DownloadRoutes(History history, ContentStore store, JobSpaces spaces) {
    this.history = history;
    this.store = store;
    this.spaces = spaces;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/jobs/{id}/file", Action.SEE_FARM, this::file),
        new Endpoint("GET", "/v1/jobs/{id}/files.zip", Action.SEE_FARM, this::zip));
  }

  private void file(Exchange exchange, Identity caller) throws IOException {
    Row.Job job = JobRoutes.find(history, exchange.param("id")).job();
    String path =
        exchange
            .query("path")
            .orElseThrow(() -> Query.bad("path", "", "Name one of the job's files."));
    List<Row.Output> made = history.madeAt(job.id(), path);
    if (made.isEmpty()) {
      throw HttpError.of(
          404,
          "file-not-found",
          "Job '" + job.name() + "' made no file '" + path + "'.",
          "List its outputs.");
    }
    Row.Output file = made.getLast();
    String type = BlobStream.typeOf(path);
    if (type.equals(BlobStream.BYTES) || exchange.query("save").isPresent()) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      BlobStream.keep(exchange, name);
    }
    exchange.answerHeader("Cache-Control", "private, no-cache");
    BlobStream.send(exchange, store, file.digest(), file.size(), type);
  }

  /**
   * All in one file, stored as they are: pictures do not get shorter. Written while it is sent, so
   * nobody knows its length before.
   */
  private void zip(Exchange exchange, Identity caller) throws IOException {
    History.JobView view = JobRoutes.find(history, exchange.param("id"));
    Row.Job job = view.job();
    Map<String, Row.Output> files = files(view, places(exchange, view));
    if (files.isEmpty()) {
      throw HttpError.of(
          404,
          "no-files",
          "Job '" + job.name() + "' has none of these files.",
          "Wait until frames are done, or ask for others.");
    }
    Set<Digest> wanted =
        files.values().stream().map(Row.Output::digest).collect(Collectors.toSet());
    int lost = wanted.size() - store.find(wanted).size();
    if (lost > 0) {
      throw HttpError.of(
          409,
          "files-gone",
          lost + " of the files are not in the store any more.",
          "Render these frames again.");
    }
    BlobStream.keep(exchange, job.name() + ".zip");
    exchange.answerHeader("Cache-Control", "private, no-store");
    OutputStream out = exchange.stream(200, "application/zip", -1);
    if (exchange.method().equals("HEAD")) {
      return;
    }
    try (ZipOutputStream zip = new ZipOutputStream(new Unclosed(out))) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Map.Entry<String, Row.Output> file : files.entrySet()) {
        Row.Output output = file.getValue();
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTime(output.committedAt());
        zip.putNextEntry(entry);
        try (InputStream in =
            store
                .open(output.digest(), 0, output.size())
                .orElseThrow(() -> new IOException("blob " + output.digest() + " is gone"))) {
          BlobStream.copy(in, zip, output.size(), output.digest());
        }
        zip.closeEntry();
      }
    }
    // Only now: an answer that was cut must not look whole.
    out.close();
  }

  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  /** Which tasks; null: any. */
  private record Places(@Nullable Integer step, @Nullable IndexRanges indexes) {
    boolean has(Row.Output output) {
      return (step == null || step == output.step())
          && (indexes == null || indexes.contains(output.index()));
    }
  }

  private Places places(Exchange exchange, History.JobView view) throws IOException {
    Integer step = JobRoutes.step(view, Query.word(exchange, "step", text -> text));
    String frames = Query.word(exchange, "frames", text -> text);
    if (frames == null) {
      return new Places(step, null);
    }
    if (step == null && view.steps().size() > 1) {
      throw HttpError.of(
          422,
          "step-missing",
          "Job '" + view.job().name() + "' has several steps.",
          "Say which step's frames you mean.");
    }
    int number = step == null ? 0 : step;
    int size = view.steps().get(number).step().size();
    return new Places(number, spaces.indexes(view.job(), number, size, frames));
  }

  /** The newest file of each path. */
  private Map<String, Row.Output> files(History.JobView view, Places places) {
    Map<String, Row.Output> files = new LinkedHashMap<>();
    long after = 0;
    while (true) {
      List<History.Numbered<History.OutputView>> page =
          history.outputs(view.job().id(), after, PAGE);
      for (History.Numbered<History.OutputView> one : page) {
        after = one.number();
        if (one.row().current() && places.has(one.row().output())) {
          files.put(one.row().output().path(), one.row().output());
        }
      }
      if (page.size() < PAGE) {
        return files;
      }
    }
  }
}

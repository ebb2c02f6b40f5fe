package blenderer.server.routes;

import blenderer.api.Archives;
import blenderer.cas.BlobRow;
import blenderer.cas.ContentStore;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.ArchiveStore;
import blenderer.model.Digest;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The renderers that nodes fetch. Adding one means that its program runs on every node that takes
 * it, so who did so and when is logged.
 */
final class ArchiveRoutes {

  /** Who let what run on the farm. */
  private static final Logger LOG = LoggerFactory.getLogger("blenderer.access");

  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");
  private static final Pattern VERSION = Pattern.compile("\\d{1,6}(\\.\\d{1,6}){0,3}");
  private static final int MOST_FEATURES = 100;
  private static final int MOST_ARCHIVES = 50;

  private final ArchiveBoard board;
  private final ContentStore store;
  private final InstantSource clock;

  ArchiveRoutes(ArchiveBoard board, ContentStore store, InstantSource clock) {
    this.board = board;
    this.store = store;
    this.clock = clock;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("GET", "/v1/renderers", Action.SEE_FARM, this::list),
        new Endpoint("POST", "/v1/renderers", Action.GIVE_RENDERERS, this::add),
        new Endpoint("DELETE", "/v1/renderers/{digest}", Action.GIVE_RENDERERS, this::remove));
  }

  private void list(Exchange exchange, Identity caller) throws IOException {
    exchange.json(200, new Archives.ArchiveList(board.wire()));
  }

  private void add(Exchange exchange, Identity caller) throws IOException {
    Archives.NewArchive wanted = exchange.json(Archives.NewArchive.class);
    Digest digest = Query.digest("digest", Query.need(wanted.digest(), "digest"));
    Digest build = Query.digest("build", Query.need(wanted.build(), "build"));
    JobSubmission.checkText("file", Query.need(wanted.file(), "file"), 1);
    word("renderer", wanted.renderer());
    word("os", wanted.os());
    word("processor", wanted.processor());
    List<String> features = Query.need(wanted.features(), "features");
    features.forEach(feature -> word("features", feature));
    if (!VERSION.matcher(Query.need(wanted.version(), "version")).matches()
        || features.size() > MOST_FEATURES
        || wanted.unpackedBytes() <= 0) {
      throw HttpError.of(
          422,
          "bad-renderer",
          "What is said of '" + wanted.file() + "' makes no sense.",
          "Add it with 'blenderer renderers add', which asks the renderer itself.");
    }
    BlobRow blob = store.find(List.of(digest)).get(digest);
    if (blob == null) {
      throw HttpError.of(
          422,
          "blobs-missing",
          "The store has no blob " + digest + ".",
          "Upload the archive first, then add it.");
    }
    if (board.all().size() >= MOST_ARCHIVES && !board.has(digest)) {
      throw HttpError.of(
          409,
          "too-many-renderers",
          "The farm has " + MOST_ARCHIVES + " archives of renderers already.",
          "Remove one with 'blenderer renderers remove'.");
    }
    boolean known = board.has(digest);
    ArchiveStore.Archive archive =
        board.add(
            new ArchiveStore.Archive(
                digest,
                wanted.file(),
                wanted.renderer(),
                wanted.version(),
                features,
                build.hex(),
                wanted.os(),
                wanted.processor(),
                blob.size(),
                wanted.unpackedBytes(),
                caller.name(),
                clock.millis()));
    if (!known) {
      LOG.info(
          "{} '{}' gave the farm the renderer {} {} ('{}', archive {}, build {})",
          caller.role().word(),
          caller.name(),
          archive.renderer(),
          archive.version(),
          archive.file(),
          archive.digest(),
          archive.build());
    }
    exchange.json(known ? 200 : 201, ArchiveBoard.wire(archive));
  }

  private static void word(String name, String text) {
    if (!WORD.matcher(Query.need(text, name)).matches()) {
      throw Query.bad(name, text, "Use lower-case letters, digits, dots, dashes and underlines.");
    }
  }

  private void remove(Exchange exchange, Identity caller) throws IOException {
    Digest digest = Query.digest("digest", exchange.param("digest"));
    ArchiveStore.Archive archive = board.remove(digest).orElse(null);
    if (archive == null) {
      throw HttpError.of(
          404,
          "renderer-not-found",
          "The farm has no archive " + digest + ".",
          "'blenderer renderers' lists those it has.");
    }
    LOG.info(
        "{} '{}' took the renderer {} {} ('{}', archive {}) from the farm",
        caller.role().word(),
        caller.name(),
        archive.renderer(),
        archive.version(),
        archive.file(),
        digest);
    exchange.empty(204);
  }
}

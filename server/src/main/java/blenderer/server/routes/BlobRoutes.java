package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.cas.BlobRow;
import blenderer.cas.ContentStore;
import blenderer.cas.StoreResult;
import blenderer.cas.Uploader;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Digest;
import blenderer.model.Role;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.trust.Action;
import blenderer.server.trust.Gate;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finding, uploading and reading blobs. */
final class BlobRoutes {

  /** The most digests of one find-missing call. */
  static final int MOST_DIGESTS = 10_000;

  /** The longest blob that may be sent in one call, in bytes: as long as a part. */
  static final long LONGEST_WHOLE = 8 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(BlobRoutes.class);
  private static final Seldom FULL = new Seldom();

  private final ContentStore store;
  private final LeaseBlobs leases;
  private final ArchiveBoard archives;
  private final Gate gate;

  BlobRoutes(ContentStore store, LeaseBlobs leases, ArchiveBoard archives, Gate gate) {
    this.store = store;
    this.leases = leases;
    this.archives = archives;
    this.gate = gate;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("POST", "/v1/blobs/missing", Action.WRITE_BLOBS, this::missing),
        new Endpoint("POST", "/v1/uploads", Action.WRITE_BLOBS, this::begin),
        new Endpoint("GET", "/v1/uploads/{id}", Action.WRITE_BLOBS, this::look),
        new Endpoint("PUT", "/v1/uploads/{id}", Action.WRITE_BLOBS, this::part),
        new Endpoint("POST", "/v1/uploads/{id}/commit", Action.WRITE_BLOBS, this::commit),
        new Endpoint("PUT", "/v1/blobs/{digest}", Action.WRITE_BLOBS, this::whole),
        new Endpoint("GET", "/v1/blobs/{digest}", Action.READ_BLOBS, this::read));
  }

  private void missing(Exchange exchange, Identity caller) throws IOException {
    List<String> asked = Query.need(exchange.json(Farm.Digests.class).digests(), "digests");
    if (asked.size() > MOST_DIGESTS) {
      throw HttpError.of(
          422,
          "too-many-digests",
          asked.size() + " digests are too many for one call.",
          "Ask for at most " + MOST_DIGESTS + " at once.");
    }
    List<Digest> digests =
        asked.stream().map(hex -> Query.digest("digest", Query.need(hex, "digests"))).toList();
    exchange.json(
        200,
        new Farm.MissingBlobs(
            store.findMissing(digests).stream().map(Digest::hex).sorted().toList()));
  }

  private static Uploader uploader(Identity caller) {
    return caller.role() == Role.NODE
        ? Uploader.node(caller.name())
        : Uploader.person(caller.name());
  }

  private void begin(Exchange exchange, Identity caller) throws IOException {
    Farm.NewUpload wanted = exchange.json(Farm.NewUpload.class);
    Digest digest = Query.digest("digest", Query.need(wanted.digest(), "digest"));
    if (wanted.size() < 0) {
      throw HttpError.of(422, "bad-size", "A blob has no negative size.", "Send its length.");
    }
    if (DirectRoutes.wants(exchange, store, wanted.size())) {
      throw DirectRoutes.sendDirect();
    }
    switch (store.openUpload(digest, wanted.size(), uploader(caller))) {
      case StoreResult.Opened(var upload) ->
          exchange.json(200, new Farm.Upload(upload.id(), upload.received(), false));
      case StoreResult.Stored stored ->
          exchange.json(200, new Farm.Upload("-", stored.size(), true));
      case StoreResult.NoSpace full -> throw diskFull(exchange, full);
    }
  }

  static HttpError diskFull(Exchange exchange, StoreResult.NoSpace full) {
    exchange.answerHeader("Retry-After", "5");
    if (FULL.isDue()) {
      LOG.warn(
          "The disk is full: {} bytes are free, {} of them are kept, so files are refused"
              + " until there is room",
          full.free(),
          full.kept());
    }
    return HttpError.retryable(
        507,
        "disk-full",
        "The server's disk has "
            + full.free()
            + " bytes free and keeps "
            + full.kept()
            + " of them; "
            + full.wanted()
            + " more do not fit.",
        "Delete jobs that are no longer needed, or give the server a larger disk.");
  }

  /** A blob in one call: for small ones three round trips would cost more than the bytes. */
  private void whole(Exchange exchange, Identity caller) throws IOException {
    Digest digest = Query.digest("digest", exchange.param("digest"));
    long length = exchange.length();
    if (length < 0) {
      throw HttpError.of(
          411, "length-missing", "A blob needs its length.", "Send the header Content-Length.");
    }
    if (length > LONGEST_WHOLE) {
      throw HttpError.of(
          413,
          "too-large-for-one-call",
          length + " bytes are too many for one call.",
          "Begin an upload with POST /v1/uploads and send parts.");
    }
    if (DirectRoutes.wants(exchange, store, length)) {
      throw DirectRoutes.sendDirect();
    }
    switch (store.put(digest, length, exchange.body(), uploader(caller))) {
      case StoreResult.Stored _ -> exchange.empty(204);
      case StoreResult.BeyondEnd _ ->
          throw new IllegalStateException("a body is never longer than its Content-Length");
      case StoreResult.Cut cut ->
          throw new IOException("the blob broke off at byte " + cut.received());
      case StoreResult.NoSpace full -> throw diskFull(exchange, full);
      case StoreResult.WrongBytes wrong -> throw mismatch(wrong);
    }
  }

  private static HttpError mismatch(StoreResult.WrongBytes wrong) {
    return HttpError.of(
        422,
        "digest-mismatch",
        "Blob " + wrong.expected() + " was announced, but " + wrong.got() + " arrived.",
        "Read the file again, hash it and upload it anew.");
  }

  /** The upload, if it is the caller's; to others it looks the same as none. */
  private blenderer.cas.Upload own(Exchange exchange, Identity caller) {
    String id = exchange.param("id");
    return store
        .upload(id)
        .filter(upload -> upload.owner().equals(uploader(caller)))
        .orElseThrow(() -> noUpload(id));
  }

  private static HttpError noUpload(String id) {
    return HttpError.of(
        404,
        "upload-not-found",
        "There is no upload " + id + ": it has ended, or lay still for a day.",
        "Begin the upload again.");
  }

  private void look(Exchange exchange, Identity caller) throws IOException {
    blenderer.cas.Upload upload = own(exchange, caller);
    exchange.json(200, new Farm.Upload(upload.id(), upload.received(), false));
  }

  private void part(Exchange exchange, Identity caller) throws IOException {
    blenderer.cas.Upload upload = own(exchange, caller);
    if (exchange.query("offset").isEmpty()) {
      throw Query.bad("offset", "", "Say where the part starts: ?offset=N.");
    }
    long offset = Query.number(exchange, "offset", 0, 0, Long.MAX_VALUE);
    if (exchange.length() < 0) {
      throw HttpError.of(
          411, "length-missing", "A part needs its length.", "Send the header Content-Length.");
    }
    switch (store.write(upload.id(), offset, exchange.body(), exchange.length())) {
      case StoreResult.Received(long received) ->
          exchange.json(200, new Farm.Upload(upload.id(), received, false));
      case StoreResult.WrongOffset(long received) ->
          throw HttpError.retryable(
              409,
              "upload-offset",
              "The next part starts at byte " + received + ", not " + offset + ".",
              "Ask for the upload and go on from there.");
      case StoreResult.BeyondEnd(long size) ->
          throw HttpError.of(
              422,
              "too-many-bytes",
              "There are more bytes than the announced " + size + ".",
              "Begin an upload with the right size.");
      case StoreResult.Cut cut ->
          throw new IOException("the part broke off at byte " + cut.received());
      case StoreResult.NoSpace full -> throw diskFull(exchange, full);
      case StoreResult.UnknownUpload(String id) -> throw noUpload(id);
    }
  }

  private void commit(Exchange exchange, Identity caller) throws IOException {
    blenderer.cas.Upload upload = own(exchange, caller);
    switch (store.commit(upload.id())) {
      case StoreResult.Stored _ -> exchange.empty(204);
      case StoreResult.Incomplete(long received, long size) ->
          throw HttpError.retryable(
              409,
              "upload-offset",
              received + " of " + size + " bytes have arrived.",
              "Send the rest first.");
      case StoreResult.WrongBytes wrong -> throw mismatch(wrong);
      case StoreResult.NoSpace full -> throw diskFull(exchange, full);
      case StoreResult.UnknownUpload(String id) -> throw noUpload(id);
    }
  }

  private void read(Exchange exchange, Identity caller) throws IOException {
    Digest digest = Query.digest("digest", exchange.param("digest"));
    if (caller.role() == Role.NODE
        && !archives.has(digest)
        && !leases.mayRead(caller.name(), digest)) {
      throw gate.refuse(
          exchange,
          caller,
          "not-leased",
          "No live lease of node '" + caller.name() + "' needs the blob " + digest + ".",
          "Sync, and drop what the server no longer wants.");
    }
    BlobRow row = store.find(List.of(digest)).get(digest);
    if (row == null) {
      throw BlobStream.notFound(digest);
    }
    if (DirectRoutes.wants(exchange, store, row.size())) {
      DirectRoutes.redirect(exchange, store, digest);
      return;
    }
    BlobStream.send(exchange, store, digest, row.size(), BlobStream.BYTES);
  }
}

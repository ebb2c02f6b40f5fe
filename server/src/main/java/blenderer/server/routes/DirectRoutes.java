package blenderer.server.routes;

import blenderer.api.DirectTransfer;
import blenderer.api.Farm;
import blenderer.cas.ContentStore;
import blenderer.cas.DirectTransfers;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Digest;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Uploads past the server, where the store can be reached so; it signs addresses and ends them. */
final class DirectRoutes {

  private final ContentStore store;

  DirectRoutes(ContentStore store) {
    this.store = store;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("POST", "/v1/direct-uploads", Action.WRITE_BLOBS, this::begin),
        new Endpoint("POST", "/v1/direct-uploads/parts", Action.WRITE_BLOBS, this::part),
        new Endpoint("POST", "/v1/direct-uploads/commit", Action.WRITE_BLOBS, this::commit));
  }

  /** Whether a caller can and should send or fetch that many bytes past this server. */
  static boolean wants(Exchange exchange, ContentStore store, long bytes) {
    return bytes > DirectTransfer.SMALL
        && store.isDirect()
        && exchange.header(DirectTransfer.HEADER).filter(DirectTransfer.YES::equals).isPresent();
  }

  /** The answer to a caller that sends bytes through the server and need not. */
  static HttpError sendDirect() {
    return HttpError.of(
        409,
        "send-direct",
        "This farm's files go to its store without passing the server.",
        "Begin with POST /v1/direct-uploads.");
  }

  /** Sends a reader past this server. */
  static void redirect(Exchange exchange, ContentStore store, Digest digest) throws IOException {
    DirectTransfers direct = store.direct();
    exchange.answerHeader("Location", direct.read(digest).uri().toString());
    direct
        .authority()
        .map(pem -> Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)))
        .ifPresent(coded -> exchange.answerHeader(DirectTransfer.AUTHORITY, coded));
    exchange.empty(307);
  }

  private void mustBeDirect() {
    if (!store.isDirect()) {
      throw HttpError.of(
          409,
          "not-direct",
          "This farm's files go through its server.",
          "Begin an upload with POST /v1/uploads.");
    }
  }

  private void begin(Exchange exchange, Identity caller) throws IOException {
    Farm.NewUpload wanted = exchange.json(Farm.NewUpload.class);
    Digest digest = Query.digest("digest", Query.need(wanted.digest(), "digest"));
    checkSize(wanted.size());
    mustBeDirect();
    if (store.findMissing(List.of(digest)).isEmpty()) {
      exchange.json(200, new DirectTransfer.Upload(wanted.size(), 1, 1, null));
      return;
    }
    DirectTransfers.Progress progress = store.direct().begin(digest, wanted.size());
    int count = countOf(wanted.size(), progress.partSize());
    exchange.json(
        200,
        new DirectTransfer.Upload(
            progress.partSize(),
            count,
            progress.parts(),
            count == 1 && progress.parts() == 0
                ? address(store.direct().part(digest, wanted.size(), 0, digest))
                : null));
  }

  private static int countOf(long size, long partSize) {
    return size == 0 ? 1 : Math.toIntExact(Math.ceilDiv(size, partSize));
  }

  private static void checkSize(long size) {
    if (size < 0) {
      throw HttpError.of(422, "bad-size", "A blob has no negative size.", "Send its length.");
    }
  }

  private DirectTransfer.Address address(DirectTransfers.Address address) {
    return new DirectTransfer.Address(
        address.method(),
        address.uri().toString(),
        address.headers(),
        store.direct().authority().orElse(null));
  }

  private void part(Exchange exchange, Identity caller) throws IOException {
    DirectTransfer.Part wanted = exchange.json(DirectTransfer.Part.class);
    Digest digest = Query.digest("digest", Query.need(wanted.digest(), "digest"));
    Digest sum = Query.digest("sum", Query.need(wanted.sum(), "sum"));
    checkSize(wanted.size());
    mustBeDirect();
    int count = countOf(wanted.size(), store.direct().partSize(wanted.size()));
    if (wanted.part() < 0 || wanted.part() >= count) {
      throw HttpError.of(
          422,
          "bad-part",
          "A blob of " + wanted.size() + " bytes has the parts 0 to " + (count - 1) + ".",
          "Ask for one of these.");
    }
    exchange.json(200, address(store.direct().part(digest, wanted.size(), wanted.part(), sum)));
  }

  private void commit(Exchange exchange, Identity caller) throws IOException {
    Farm.NewUpload wanted = exchange.json(Farm.NewUpload.class);
    Digest digest = Query.digest("digest", Query.need(wanted.digest(), "digest"));
    checkSize(wanted.size());
    mustBeDirect();
    if (!store.commitDirect(digest, wanted.size())) {
      throw HttpError.retryable(
          409,
          "upload-incomplete",
          "Not all of blob " + digest + " is in the store.",
          "Begin the upload again and send what is missing.");
    }
    exchange.empty(204);
  }
}

package blenderer.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The single calls of which transfers of blobs are made, to the server and past it. None is
 * repeated here: whoever transfers asks first how far it got.
 */
final class BlobCalls {

  private static final HttpCall.Header DIRECT =
      new HttpCall.Header(DirectTransfer.HEADER, DirectTransfer.YES);

  private final HttpPool pool;
  private final FarmHttp http;
  private final ClientOptions options;
  private final DirectStore direct;

  BlobCalls(HttpPool pool, FarmHttp http, ClientOptions options) {
    this.pool = pool;
    this.http = http;
    this.options = options;
    this.direct = new DirectStore(options.connectTimeout(), options.readTimeout());
  }

  Farm.Upload beginUpload(Farm.NewUpload upload) {
    return http.exchange(
        http.call("POST", "/v1/uploads", List.of(DIRECT), upload, true), Farm.Upload.class);
  }

  Farm.Upload putPart(Farm.Upload upload, HttpCall.Body part) {
    HttpCall call =
        new HttpCall(
            "PUT",
            FarmHttp.target(
                "/v1/uploads/" + FarmHttp.encode(upload.id()), "offset", upload.received()),
            List.of(new HttpCall.Header("Content-Type", "application/octet-stream")),
            part,
            options.readTimeout(),
            true);
    return http.exchange(call, Farm.Upload.class);
  }

  void putBlob(String digest, HttpCall.Body bytes) {
    http.exchange(
        new HttpCall(
            "PUT",
            "/v1/blobs/" + FarmHttp.encode(digest),
            List.of(new HttpCall.Header("Content-Type", "application/octet-stream"), DIRECT),
            bytes,
            options.readTimeout(),
            true),
        FarmHttp.Done.class);
  }

  void commitUpload(String id) {
    http.exchange(
        http.call("POST", "/v1/uploads/" + FarmHttp.encode(id) + "/commit", List.of(), null, true),
        FarmHttp.Done.class);
  }

  /**
   * Opens a blob, at the server or where the server sends this client.
   *
   * @param range the value of the header, null for the whole
   */
  BlobReply openBlob(String digest, @Nullable String range) {
    List<HttpCall.Header> headers = new ArrayList<>();
    headers.add(DIRECT);
    if (range != null) {
      headers.add(new HttpCall.Header("Range", range));
    }
    HttpReply reply =
        pool.exchange(
            new HttpCall("GET", "/v1/blobs/" + digest, headers, null, options.readTimeout(), true));
    String elsewhere = reply.header("location");
    if (reply.status == 307 && elsewhere != null) {
      String authority = reply.header("blenderer-authority");
      reply.close();
      return direct.read(
          elsewhere,
          authority == null
              ? null
              : new String(Base64.getDecoder().decode(authority), StandardCharsets.UTF_8),
          range);
    }
    if (reply.status >= 400 && reply.status != 416) {
      try (reply) {
        http.failIfProblem(reply);
      }
    }
    return new FromServer(reply, pool);
  }

  /** The server's own bytes. */
  record FromServer(HttpReply reply, HttpPool pool) implements BlobReply {
    @Override
    public int status() {
      return reply.status;
    }

    @Override
    public InputStream body() {
      return reply.body();
    }

    @Override
    public UnreachableException lost(IOException e) {
      return pool.lost(reply.connection(), e);
    }

    @Override
    public void close() {
      reply.close();
    }
  }

  DirectTransfer.Upload beginDirect(Farm.NewUpload upload) {
    return http.exchange(
        http.call("POST", "/v1/direct-uploads", List.of(), upload, true),
        DirectTransfer.Upload.class);
  }

  DirectTransfer.Address directPart(DirectTransfer.Part part) {
    return http.exchange(
        http.call("POST", "/v1/direct-uploads/parts", List.of(), part, true),
        DirectTransfer.Address.class);
  }

  boolean sendDirect(DirectTransfer.Address to, HttpCall.Body part) {
    return direct.send(to, part);
  }

  void commitDirect(Farm.NewUpload upload) {
    http.exchange(
        http.call("POST", "/v1/direct-uploads/commit", List.of(), upload, true),
        FarmHttp.Done.class);
  }
}

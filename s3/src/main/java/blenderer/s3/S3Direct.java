package blenderer.s3;

import blenderer.cas.DirectTransfers;
import blenderer.model.Digest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Signed addresses for parts and reads. What is under way is known by the store alone, so any
 * server of the farm may go on with it: of several uploads of one blob, the oldest counts.
 */
final class S3Direct implements DirectTransfers {

  /** Long enough to send a part over a slow line; a reader only has to begin within it. */
  private static final Duration LIFE = Duration.ofHours(1);

  private static final Set<String> SENT_BY_ANY_CLIENT = Set.of("host", "content-length");

  private final S3Backend backend;
  private final S3Client client;
  private final S3Presigner presigner;
  private final InstantSource clock;
  private final Optional<String> authority;

  /** The store's names of uploads under way, so that not every part asks for them. */
  private final Map<Digest, String> uploads = new ConcurrentHashMap<>();

  S3Direct(
      S3Backend backend,
      S3Client client,
      S3Presigner presigner,
      InstantSource clock,
      Optional<String> authority) {
    this.backend = backend;
    this.client = client;
    this.presigner = presigner;
    this.clock = clock;
    this.authority = authority;
  }

  private String bucket() {
    return backend.at().bucket();
  }

  @Override
  public Optional<String> authority() {
    return authority;
  }

  @Override
  public long partSize(long size) {
    return Parts.of(size).size();
  }

  @Override
  public Progress begin(Digest digest, long size) {
    Parts parts = Parts.of(size);
    if (backend.has(digest, size)) {
      return new Progress(parts.size(), parts.count());
    }
    if (parts.isWhole()) {
      return new Progress(parts.size(), 0);
    }
    return backend.call(
        "begin blob " + digest,
        () -> {
          uploads.remove(digest);
          Optional<String> known = oldest(digest);
          if (known.isEmpty()) {
            backend.begin(digest);
            known = oldest(digest);
          }
          uploads.put(digest, known.orElseThrow());
          return new Progress(parts.size(), sent(digest, known.get(), size).size());
        });
  }

  private Optional<String> oldest(Digest digest) {
    String key = backend.key(digest);
    return client
        .listMultipartUploadsPaginator(list -> list.bucket(bucket()).prefix(key))
        .uploads()
        .stream()
        .filter(upload -> upload.key().equals(key))
        .min(
            Comparator.comparing(MultipartUpload::initiated)
                .thenComparing(MultipartUpload::uploadId))
        .map(MultipartUpload::uploadId);
  }

  private Optional<String> upload(Digest digest) {
    String known = uploads.get(digest);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<String> found = oldest(digest);
    found.ifPresent(id -> uploads.put(digest, id));
    return found;
  }

  /** The first parts without a gap, as the store has them. */
  private List<CompletedPart> sent(Digest digest, String upload, long size) {
    Parts parts = Parts.of(size);
    Map<Integer, Part> there = new HashMap<>();
    client
        .listPartsPaginator(list -> list.bucket(bucket()).key(backend.key(digest)).uploadId(upload))
        .parts()
        .forEach(part -> there.put(part.partNumber(), part));
    List<CompletedPart> sent = new ArrayList<>();
    for (int part = 0; part < parts.count(); part++) {
      Part one = there.get(part + 1);
      if (one == null || one.size() != parts.length(part, size)) {
        break;
      }
      sent.add(
          CompletedPart.builder()
              .partNumber(part + 1)
              .eTag(one.eTag())
              .checksumSHA256(one.checksumSHA256())
              .build());
    }
    return sent;
  }

  @Override
  public Address part(Digest digest, long size, int part, Digest sum) {
    Parts parts = Parts.of(size);
    String key = backend.key(digest);
    if (parts.isWhole()) {
      return signed(
          life ->
              presigner.presignPutObject(
                  sign ->
                      sign.signatureDuration(life)
                          .putObjectRequest(
                              put ->
                                  put.bucket(bucket())
                                      .key(key)
                                      .contentLength(size)
                                      // Whatever its sender says: a blob has its own digest.
                                      .checksumSHA256(S3Backend.sum(digest)))));
    }
    String upload =
        backend
            .call("find the upload of blob " + digest, () -> upload(digest))
            .orElseGet(() -> beginAgain(digest, size));
    return signed(
        life ->
            presigner.presignUploadPart(
                sign ->
                    sign.signatureDuration(life)
                        .uploadPartRequest(
                            put ->
                                put.bucket(bucket())
                                    .key(key)
                                    .uploadId(upload)
                                    .partNumber(part + 1)
                                    .contentLength(parts.length(part, size))
                                    .checksumSHA256(S3Backend.sum(sum)))));
  }

  private String beginAgain(Digest digest, long size) {
    begin(digest, size);
    return uploads.getOrDefault(digest, "");
  }

  private Address signed(Function<Duration, PresignedRequest> sign) {
    PresignedRequest request = sign.apply(LIFE);
    Map<String, String> headers = new HashMap<>();
    request
        .signedHeaders()
        .forEach(
            (name, values) -> {
              if (!SENT_BY_ANY_CLIENT.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                headers.put(name, String.join(",", values));
              }
            });
    return new Address(
        request.httpRequest().method().name(),
        URI.create(request.url().toString()),
        headers,
        clock.instant().plus(LIFE));
  }

  @Override
  public boolean finish(Digest digest, long size) {
    if (backend.has(digest, size)) {
      return true;
    }
    Parts parts = Parts.of(size);
    if (parts.isWhole()) {
      return false;
    }
    try {
      Optional<String> upload = upload(digest);
      if (upload.isEmpty()) {
        return false;
      }
      List<CompletedPart> sent = sent(digest, upload.get(), size);
      if (sent.size() < parts.count()) {
        return false;
      }
      backend.complete(digest, upload.get(), sent);
      uploads.remove(digest);
      return backend.has(digest, size);
    } catch (AwsServiceException e) {
      uploads.remove(digest);
      if (e.statusCode() == 404) {
        // Ended or thrown away by somebody else meanwhile.
        return backend.has(digest, size);
      }
      throw backend.failed("complete blob " + digest, e);
    } catch (SdkException e) {
      throw backend.failed("complete blob " + digest, e);
    }
  }

  @Override
  public int abandonBegunBefore(Instant before) {
    return backend.call(
        "throw away old uploads",
        () -> {
          int count = 0;
          for (MultipartUpload upload :
              client
                  .listMultipartUploadsPaginator(
                      list -> list.bucket(bucket()).prefix(backend.at().prefix() + "blobs/"))
                  .uploads()) {
            if (upload.initiated().isBefore(before)) {
              client.abortMultipartUpload(
                  abort -> abort.bucket(bucket()).key(upload.key()).uploadId(upload.uploadId()));
              count++;
            }
          }
          uploads.clear();
          return count;
        });
  }

  @Override
  public Address read(Digest digest) {
    return signed(
        life ->
            presigner.presignGetObject(
                sign ->
                    sign.signatureDuration(life)
                        .getObjectRequest(get -> get.bucket(bucket()).key(backend.key(digest)))));
  }
}

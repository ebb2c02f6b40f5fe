package blenderer.s3;

import blenderer.cas.BlobBackend;
import blenderer.cas.BoundedStream;
import blenderer.cas.CasException;
import blenderer.cas.ContentStore;
import blenderer.cas.DirectTransfers;
import blenderer.cas.StoreAwayException;
import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Blobs as objects of a bucket. */
public final class S3Backend implements BlobBackend, AutoCloseable {

  private static final int BUFFER = 256 << 10;

  /** Frames of many nodes come one by one; longer ones go past this server or through files. */
  private static final int LONGEST_IN_MEMORY = 256 << 10;

  /** More calls than that at once wait for each other. */
  private static final int MOST_CONNECTIONS = 256;

  /** For a part of 64 MiB over a slow line, too. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final S3Location at;
  private final S3Client client;
  private final S3Presigner presigner;
  private final S3Direct direct;
  private final InstantSource clock;

  private S3Backend(
      S3Location at, AwsCredentialsProvider credentials, InstantSource clock, Duration patience) {
    this.at = at;
    this.clock = clock;
    Optional<Authority> authority = at.authority().map(Authority::read);
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(at.region()))
            .credentialsProvider(credentials)
            .forcePathStyle(at.endpoint().isPresent())
            .overrideConfiguration(
                all ->
                    all.apiCallTimeout(patience)
                        // Whoever waits for the server tries again by himself.
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(2)
                                .build()))
            .httpClientBuilder(http(authority));
    S3Presigner.Builder signer =
        S3Presigner.builder()
            .region(Region.of(at.region()))
            .credentialsProvider(credentials)
            .serviceConfiguration(
                S3Configuration.builder()
                    .pathStyleAccessEnabled(at.endpoint().isPresent())
                    .build());
    Optional<URI> endpoint = at.endpoint();
    if (endpoint.isPresent()) {
      builder.endpointOverride(endpoint.get());
      signer.endpointOverride(endpoint.get());
    }
    client = builder.build();
    presigner = signer.build();
    direct = new S3Direct(this, client, presigner, clock, authority.map(Authority::pem));
  }

  private static Apache5HttpClient.Builder http(Optional<Authority> authority) {
    Apache5HttpClient.Builder http =
        Apache5HttpClient.builder()
            .connectionTimeout(Duration.ofSeconds(3))
            .socketTimeout(Duration.ofSeconds(20))
            .maxConnections(MOST_CONNECTIONS)
            // Long bodies ask first anyway; short ones would only wait for the answer.
            .expectContinueEnabled(false);
    authority.ifPresent(known -> http.tlsTrustManagersProvider(known::trust));
    return http;
  }

  /**
   * Opens the bucket, which must be there. The key to it is found as Amazon's own tools find it,
   * such as in the environment.
   *
   * @param farm who owns the blobs; a bucket of another farm is refused
   * @param mustBeKnown whether the bucket must have been used by this farm before, since the
   *     journal names blobs of it
   * @throws CasException when the bucket is not there, refuses the key, belongs to another farm, or
   *     takes bytes without comparing their sum
   */
  public static S3Backend open(
      S3Location at, InstantSource clock, String farm, boolean mustBeKnown) {
    return open(
        at, DefaultCredentialsProvider.builder().build(), clock, PATIENCE, farm, mustBeKnown);
  }

  /**
   * @param patience how long a call may take with all its repetitions
   */
  static S3Backend open(
      S3Location at,
      AwsCredentialsProvider credentials,
      InstantSource clock,
      Duration patience,
      String farm,
      boolean mustBeKnown) {
    S3Backend backend = new S3Backend(at, credentials, clock, patience);
    try {
      new BucketCheck(at, backend.client).check(farm, mustBeKnown);
      return backend;
    } catch (SdkException e) {
      backend.close();
      throw backend.failed("open", e);
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  /**
   * Opens a bucket only to read blobs from it, whichever farm's it is.
   *
   * @throws CasException when the bucket is not there or refuses the key
   */
  public static S3Backend reading(S3Location at, InstantSource clock) {
    S3Backend backend =
        new S3Backend(at, DefaultCredentialsProvider.builder().build(), clock, PATIENCE);
    try {
      new BucketCheck(at, backend.client).isThere();
      return backend;
    } catch (SdkException e) {
      backend.close();
      throw backend.failed("open", e);
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  /** The farm that its blobs belong to, as it was named at {@link #open}; empty: none yet. */
  public Optional<String> farm() {
    return call("read whose blobs these are", () -> new BucketCheck(at, client).owner());
  }

  /** Whether no blob lies there. */
  public boolean isEmpty() {
    return call(
        "list blobs",
        () ->
            client
                .listObjectsV2(
                    list -> list.bucket(at.bucket()).prefix(at.prefix() + "blobs/").maxKeys(1))
                .contents()
                .isEmpty());
  }

  S3Location at() {
    return at;
  }

  String key(Digest digest) {
    return shard(digest.hex().substring(0, 2)) + digest.hex();
  }

  private String shard(String twoDigits) {
    return at.prefix() + "blobs/" + twoDigits + "/";
  }

  /** What a failed call means; never names a key. */
  CasException failed(String what, SdkException e) {
    String cause =
        e instanceof AwsServiceException answer
            ? "it answered " + answer.statusCode() + " " + code(answer)
            : String.valueOf(e.getMessage());
    return new StoreAwayException(
        "cannot " + what + " in " + at + ": " + cause, new IOException(e));
  }

  static String code(AwsServiceException e) {
    return e.awsErrorDetails() == null ? "" : String.valueOf(e.awsErrorDetails().errorCode());
  }

  <T> T call(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw failed(what, e);
    }
  }

  /** The length of the blob; -1 if it is not there. */
  long size(Digest digest) {
    try {
      return client.headObject(head -> head.bucket(at.bucket()).key(key(digest))).contentLength();
    } catch (AwsServiceException e) {
      if (e.statusCode() == 404) {
        return -1;
      }
      throw failed("look at blob " + digest, e);
    } catch (SdkClientException e) {
      throw failed("look at blob " + digest, e);
    }
  }

  @Override
  public boolean has(Digest digest, long size) {
    return size(digest) == size;
  }

  /** The index is believed; a sweep compares both. */
  @Override
  public boolean seemsThere(Digest digest, long size) {
    return true;
  }

  @Override
  public boolean adopt(Path verified, Digest digest, long size) throws IOException {
    if (!Files.exists(verified)) {
      return has(digest, size);
    }
    Parts parts = Parts.of(size);
    if (parts.isWhole()) {
      put(digest, RequestBody.fromFile(verified));
    } else {
      send(verified, digest, size, parts);
    }
    Files.deleteIfExists(verified);
    return true;
  }

  @Override
  public int longestInMemory() {
    return LONGEST_IN_MEMORY;
  }

  @Override
  public void store(byte[] bytes, Digest digest) {
    put(digest, RequestBody.fromBytes(bytes));
  }

  private void put(Digest digest, RequestBody bytes) {
    call(
        "store blob " + digest,
        () ->
            client.putObject(
                put -> put.bucket(at.bucket()).key(key(digest)).checksumSHA256(sum(digest)),
                bytes));
  }

  private void send(Path file, Digest digest, long size, Parts parts) throws IOException {
    String upload = call("begin blob " + digest, () -> begin(digest));
    List<CompletedPart> done = new ArrayList<>();
    for (int part = 0; part < parts.count(); part++) {
      long offset = parts.offset(part);
      long length = parts.length(part, size);
      Digest sum = hash(file, offset, length);
      int number = part + 1;
      String tag =
          call(
              "store a part of blob " + digest,
              () ->
                  client
                      .uploadPart(
                          put ->
                              put.bucket(at.bucket())
                                  .key(key(digest))
                                  .uploadId(upload)
                                  .partNumber(number)
                                  .checksumSHA256(sum(sum)),
                          RequestBody.fromContentProvider(
                              () -> slice(file, offset, length),
                              length,
                              "application/octet-stream"))
                      .eTag());
      done.add(
          CompletedPart.builder().partNumber(number).eTag(tag).checksumSHA256(sum(sum)).build());
    }
    complete(digest, upload, done);
  }

  String begin(Digest digest) {
    return client
        .createMultipartUpload(
            begin ->
                begin
                    .bucket(at.bucket())
                    .key(key(digest))
                    .checksumAlgorithm(ChecksumAlgorithm.SHA256))
        .uploadId();
  }

  void complete(Digest digest, String upload, List<CompletedPart> parts) {
    call(
        "complete blob " + digest,
        () ->
            client.completeMultipartUpload(
                end ->
                    end.bucket(at.bucket())
                        .key(key(digest))
                        .uploadId(upload)
                        .multipartUpload(all -> all.parts(parts))));
  }

  private static InputStream slice(Path file, long offset, long length) {
    try {
      InputStream in = Files.newInputStream(file);
      in.skipNBytes(offset);
      return new BoundedStream(in, length);
    } catch (IOException e) {
      throw new CasException("cannot read " + file, e);
    }
  }

  private static Digest hash(Path file, long offset, long length) throws IOException {
    MessageDigest hasher = Digest.newHasher();
    try (InputStream in = slice(file, offset, length)) {
      hash(in, hasher);
    }
    return Digest.ofHash(hasher.digest());
  }

  private static void hash(InputStream in, MessageDigest hasher) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      hasher.update(buffer, 0, count);
    }
  }

  /** A digest as S3 writes sums. */
  static String sum(Digest digest) {
    return java.util.Base64.getEncoder()
        .encodeToString(java.util.HexFormat.of().parseHex(digest.hex()));
  }

  @Override
  public Optional<InputStream> open(Digest digest, long offset, long count) {
    if (count == 0) {
      return Optional.of(InputStream.nullInputStream());
    }
    GetObjectRequest.Builder get = GetObjectRequest.builder().bucket(at.bucket()).key(key(digest));
    boolean whole = offset == 0 && count == Long.MAX_VALUE;
    if (!whole) {
      String end = count > Long.MAX_VALUE - offset ? "" : Long.toString(offset + count - 1);
      get.range("bytes=" + offset + "-" + end);
    }
    try {
      return Optional.of(new ObjectStream(client.getObject(get.build())));
    } catch (AwsServiceException e) {
      return switch (e.statusCode()) {
        case 404 -> Optional.empty();
        // Nothing of the blob lies from there on.
        case 416 -> Optional.of(InputStream.nullInputStream());
        default -> throw failed("read blob " + digest, e);
      };
    } catch (SdkClientException e) {
      throw failed("read blob " + digest, e);
    }
  }

  @Override
  public boolean delete(Digest digest) {
    call(
        "delete blob " + digest,
        () -> client.deleteObject(delete -> delete.bucket(at.bucket()).key(key(digest))));
    return true;
  }

  @Override
  public boolean verify(Digest digest) {
    MessageDigest hasher = Digest.newHasher();
    Optional<InputStream> found = open(digest, 0, Long.MAX_VALUE);
    if (found.isEmpty()) {
      return false;
    }
    try (InputStream in = found.get()) {
      hash(in, hasher);
    } catch (IOException e) {
      throw new StoreAwayException("cannot read blob " + digest + " from " + at, e);
    }
    return Digest.ofHash(hasher.digest()).equals(digest);
  }

  /** Young objects are not settled: their sender may be about to end the upload. */
  @Override
  public Map<Digest, Found> list(int shard) {
    String prefix = shard(String.format(Locale.ROOT, "%02x", shard));
    Instant young = clock.instant().minus(ContentStore.UPLOAD_LIFE);
    Map<Digest, Found> found = new LinkedHashMap<>();
    return call(
        "list blobs",
        () -> {
          for (S3Object object :
              client
                  .listObjectsV2Paginator(list -> list.bucket(at.bucket()).prefix(prefix))
                  .contents()) {
            String name = object.key().substring(prefix.length());
            if (Digest.isValid(name)) {
              boolean settled = object.lastModified().isBefore(young);
              found.put(new Digest(name), new Found(object.size(), settled));
            }
          }
          return found;
        });
  }

  @Override
  public Optional<DirectTransfers> direct() {
    return Optional.of(direct);
  }

  @Override
  public void close() {
    client.close();
    presigner.close();
  }
}

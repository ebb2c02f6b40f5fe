package blenderer.s3;

import blenderer.cas.CasException;
import blenderer.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What a bucket is asked once, before blobs are trusted to it. */
final class BucketCheck {

  private static final String FARM = "farm";

  private final S3Location at;
  private final S3Client client;

  BucketCheck(S3Location at, S3Client client) {
    this.at = at;
    this.client = client;
  }

  /**
   * @throws CasException when blobs must not be kept there; says why and what to do
   * @throws SdkException when it does not answer
   */
  void check(String farm, boolean mustBeKnown) {
    isThere();
    isOurs(farm, mustBeKnown);
    comparesSums();
  }

  /** That there is such a bucket, and that this key opens it. */
  void isThere() {
    try {
      client.headBucket(head -> head.bucket(at.bucket()));
    } catch (AwsServiceException e) {
      switch (e.statusCode()) {
        case 404 ->
            throw new CasException(
                "There is no bucket '" + at.bucket() + "' for " + at + ". Create it first.");
        case 401, 403 ->
            throw new CasException(
                at
                    + " refuses this key. Look whether AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                    + " are right, and whether the key may read and write the bucket.");
        default -> throw e;
      }
    }
  }

  /** The farm whose blobs these are, if anybody has said so. */
  Optional<String> owner() {
    return read(at.prefix() + FARM);
  }

  private void isOurs(String farm, boolean mustBeKnown) {
    String key = at.prefix() + FARM;
    Optional<String> owner = read(key);
    if (owner.isEmpty() && mustBeKnown) {
      throw new CasException(
          "The journal names blobs, but "
              + at
              + " was never used by this farm. Look whether it is"
              + " the right bucket and prefix.");
    }
    if (owner.isEmpty()) {
      client.putObject(
          put -> put.bucket(at.bucket()).key(key),
          RequestBody.fromString(farm, StandardCharsets.UTF_8));
    } else if (!owner.get().equals(farm)) {
      throw new CasException(
          at
              + " holds the blobs of another farm. Use another prefix, such as s3://"
              + at.bucket()
              + "/another-farm.");
    }
  }

  private Optional<String> read(String key) {
    try {
      return Optional.of(
          client.getObjectAsBytes(get -> get.bucket(at.bucket()).key(key)).asUtf8String());
    } catch (AwsServiceException e) {
      if (e.statusCode() == 404) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** A store that takes bytes under a wrong sum would take broken blobs from senders (INV-4). */
  private void comparesSums() {
    String key = at.prefix() + "check";
    String wrong = S3Backend.sum(Digest.of("other bytes".getBytes(StandardCharsets.UTF_8)));
    try {
      client.putObject(
          put -> put.bucket(at.bucket()).key(key).checksumSHA256(wrong),
          RequestBody.fromString("some bytes", StandardCharsets.UTF_8));
    } catch (AwsServiceException e) {
      if (e.statusCode() == 400) {
        return;
      }
      throw e;
    }
    client.deleteObject(delete -> delete.bucket(at.bucket()).key(key));
    throw new CasException(
        at
            + " takes bytes without comparing them with their SHA-256 (x-amz-checksum-sha256), so"
            + " broken files would go unnoticed. Use a store that compares them.");
  }
}

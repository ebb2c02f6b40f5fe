package blenderer.cas;

import blenderer.model.Digest;
import blenderer.model.Failure;
import blenderer.model.RetryClass;
import java.util.Optional;

/** What comes of a call that stores bytes. Sizes, offsets and lengths are bytes. */
public sealed interface StoreResult {

  /** What comes of opening an upload. */
  sealed interface OfOpen extends StoreResult {}

  /** What comes of writing a part. */
  sealed interface OfPart extends StoreResult {}

  /** What comes of ending an upload. */
  sealed interface OfCommit extends StoreResult {}

  /** What comes of storing a whole blob in one call. */
  sealed interface OfPut extends StoreResult {}

  /** The upload is open, new or found again; go on at {@link Upload#received}. */
  record Opened(Upload upload) implements OfOpen {}

  /** The blob is in the store, safe from a crash. For an opened upload: nothing need be sent. */
  record Stored(Digest digest, long size) implements OfOpen, OfCommit, OfPut {}

  /** The part is there; the next one starts at {@code received}. */
  record Received(long received) implements OfPart {}

  /** Nothing was taken, since the next part must start at {@code received}. */
  record WrongOffset(long received) implements OfPart {}

  /** Nothing was taken, since there are more bytes than the announced {@code size}. */
  record BeyondEnd(long size) implements OfPart, OfPut {}

  /**
   * The stream broke off. Of a part, what arrived is kept and the next part starts at {@code
   * received}; of a whole blob, nothing is kept.
   */
  record Cut(long received) implements OfPart, OfPut {}

  /** Too little room on the disk: {@code free} are left of which {@code kept} are set aside. */
  record NoSpace(long free, long kept, long wanted) implements OfOpen, OfPart, OfCommit, OfPut {}

  /** The bytes are not those that the digest names; nothing was stored and the upload is gone. */
  record WrongBytes(Digest expected, Digest got, long size) implements OfCommit, OfPut {}

  /** The upload cannot end yet: {@code received} of {@code size} are there. */
  record Incomplete(long received, long size) implements OfCommit {}

  /** There is no such upload: never opened, ended, or left alone for a day. Open it again. */
  record UnknownUpload(String id) implements OfPart, OfCommit {}

  /** What to tell a person; empty when nothing went wrong. */
  default Optional<Failure> failure() {
    return Optional.ofNullable(
        switch (this) {
          case Opened _, Stored _, Received _ -> null;
          case WrongOffset it ->
              here("part-offset", "The next part must start at byte " + it.received() + ".");
          case BeyondEnd it ->
              new Failure(
                  "too-many-bytes",
                  "There are more bytes than the announced " + it.size() + ".",
                  RetryClass.NEVER);
          case Cut it ->
              here("part-cut", "The bytes broke off; " + it.received() + " bytes arrived.");
          case NoSpace it ->
              here(
                  "no-space",
                  "The disk has "
                      + it.free()
                      + " bytes free and keeps "
                      + it.kept()
                      + " of them; "
                      + it.wanted()
                      + " more do not fit. Free some room, then try again.");
          case WrongBytes it ->
              here(
                  "wrong-bytes",
                  "Blob " + it.expected() + " was announced, but " + it.got() + " arrived.");
          case Incomplete it ->
              here(
                  "upload-incomplete",
                  it.received() + " of " + it.size() + " bytes have arrived; send the rest.");
          case UnknownUpload it ->
              here("upload-unknown", "There is no upload " + it.id() + "; open it again.");
        });
  }

  private static Failure here(String code, String message) {
    return new Failure(code, message, RetryClass.HERE);
  }
}

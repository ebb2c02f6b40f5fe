package blenderer.journal;

/**
 * Makes the creation of a job safe to repeat. Before a job is created, the caller claims an id for
 * the person's idempotency key; the journal marks the claim as answered in the very transaction
 * that writes the job. So a crash between claim and job is mended by the person's repeat, which
 * gets the same id.
 *
 * <p>Durable when a method returns; safe for many threads.
 */
public interface ClaimStore {

  /** How long a claim is kept, in milliseconds. */
  long KEPT_MILLIS = 24L * 60 * 60 * 1000;

  /**
   * Claims an id. Claims older than a day are forgotten.
   *
   * @param person the name of the caller
   * @param key the caller's idempotency key
   * @param bodyHash of what the caller wants created
   * @param newId the id to use if the key is new
   * @param now epoch milliseconds
   */
  Claim claim(String person, String key, String bodyHash, String newId, long now);

  /** What a claim says. */
  sealed interface Claim {
    /** The job is not there yet: create it under this id, which is an earlier one in a repeat. */
    record Create(String id) implements Claim {}

    /** The job was created, and may have been deleted since. */
    record Created(String id) implements Claim {}

    /** The key was used for something else. */
    record OtherBody() implements Claim {}
  }
}

package blenderer.sim;

import blenderer.core.Journal;
import blenderer.core.MemoryJournal;
import blenderer.core.Now;
import blenderer.core.Settings;
import blenderer.model.Digest;
import java.util.Set;

/**
 * What a simulated farm is made of. As they stand the methods give the true parts; a test of the
 * simulator puts a faulty one in the place of one of them.
 */
interface Parts {

  /** The true parts. */
  Parts TRUE = new Parts() {};

  default Brain brain(Settings settings, Journal.Snapshot snapshot, String prefix, Now now) {
    return Brain.scheduler(settings, snapshot, prefix, now);
  }

  default MemoryJournal journal() {
    return new MemoryJournal();
  }

  /** What a starting server reads. */
  default Journal.Snapshot loaded(Journal.Snapshot snapshot) {
    return snapshot;
  }

  /** Whether the server answers only when the journal has what the answer rests on. */
  default boolean answersAfterCommit() {
    return true;
  }

  /** Whether the store looks at the bytes of an upload. */
  default boolean verifiesUploads() {
    return true;
  }

  /** Whether the server looks for a report's files before it counts. */
  default boolean looksForFiles() {
    return true;
  }

  /** Those of {@code digests} that garbage collection may take. */
  default Set<Digest> unreferenced(MemoryJournal journal, Set<Digest> digests) {
    return journal.unreferenced(digests);
  }
}

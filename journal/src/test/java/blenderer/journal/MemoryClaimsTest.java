package blenderer.journal;

import blenderer.core.Journal;
import blenderer.core.MemoryJournal;

final class MemoryClaimsTest extends ClaimContract {

  private final MemoryJournal journal = new MemoryJournal();
  private final MemoryClaims claims = new MemoryClaims(journal::wasSubmitted);

  @Override
  ClaimStore claims() {
    return claims;
  }

  @Override
  Journal journal() {
    return journal;
  }
}

package blenderer.journal;

final class MemoryAuditTest extends AuditContract {

  private final MemoryAudit audit = new MemoryAudit();

  @Override
  AuditLog audit() {
    return audit;
  }
}

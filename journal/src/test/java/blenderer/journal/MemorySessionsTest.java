package blenderer.journal;

final class MemorySessionsTest extends SessionContract {

  private final MemoryAccounts accounts = new MemoryAccounts();
  private final MemorySessions sessions = new MemorySessions(accounts);

  @Override
  SessionStore sessions() {
    return sessions;
  }

  @Override
  AccountStore accounts() {
    return accounts;
  }
}

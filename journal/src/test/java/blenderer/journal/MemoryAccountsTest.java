package blenderer.journal;

final class MemoryAccountsTest extends AccountContract {

  private final MemoryAccounts accounts = new MemoryAccounts();

  @Override
  AccountStore accounts() {
    return accounts;
  }
}

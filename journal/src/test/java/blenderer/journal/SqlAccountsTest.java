package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Role;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqlAccountsTest extends AccountContract {

  @TempDir Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = Database.open(folder.resolve("journal.db"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  AccountStore accounts() {
    return database.accounts();
  }

  @Test
  void the_last_use_of_a_key_survives_an_orderly_stop() {
    accounts().add("k1", "ada", Role.ADMIN, Samples.digest("s").hex(), 5);
    accounts().used("k1", 70);
    database.close();
    open();
    assertThat(accounts().keys()).extracting(AccountStore.Key::lastUsedAt).containsExactly(70L);
  }
}

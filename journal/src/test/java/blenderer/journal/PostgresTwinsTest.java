package blenderer.journal;

import org.junit.jupiter.api.Tag;

@Tag("slow")
final class PostgresTwinsTest extends TwinsTest {

  private final String name = SharedPostgres.fresh();

  /** Fewer: what a statement means is known after some of them. */
  @Override
  int rounds() {
    return 30;
  }

  @Override
  Database open() {
    return Database.open(SharedPostgres.address(name));
  }
}

package blenderer.cas;

import blenderer.journal.Database;
import blenderer.journal.SharedPostgres;
import org.junit.jupiter.api.Tag;

@Tag("slow")
final class PostgresBlobIndexTest extends BlobIndexContract {

  private final Database database = SharedPostgres.empty();

  @Override
  BlobIndex index() {
    return database.blobs();
  }
}

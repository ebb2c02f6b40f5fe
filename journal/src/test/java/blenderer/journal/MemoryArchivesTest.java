package blenderer.journal;

final class MemoryArchivesTest extends ArchiveContract {

  private final MemoryArchives archives = new MemoryArchives();

  @Override
  ArchiveStore archives() {
    return archives;
  }
}

package blenderer.cas;

final class MemoryBlobIndexTest extends BlobIndexContract {
  @Override
  BlobIndex index() {
    return new MemoryBlobIndex();
  }
}

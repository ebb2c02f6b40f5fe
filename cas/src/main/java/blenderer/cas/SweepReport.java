package blenderer.cas;

import blenderer.model.Digest;
import java.util.List;

/**
 * What a sweep took away.
 *
 * @param orphans files without a row
 * @param orphanBytes their length together
 * @param staleUploads uploads that nobody went on with for a day
 * @param lost blobs that had a row but no file, or one of a wrong length; worth a warning
 */
public record SweepReport(int orphans, long orphanBytes, int staleUploads, List<Digest> lost) {
  public SweepReport {
    lost = List.copyOf(lost);
  }
}

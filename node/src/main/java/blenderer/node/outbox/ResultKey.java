package blenderer.node.outbox;

import blenderer.api.NodeSync;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which attempt a result belongs to. */
public record ResultKey(String lease, int index, int generation) {

  private static final Pattern LEASE = Pattern.compile("[A-Za-z0-9_-]{1,80}");
  private static final Pattern NAME =
      Pattern.compile("[0-9]+-([A-Za-z0-9_-]{1,80})-([0-9]{1,10})-([0-9]{1,10})");

  public ResultKey {
    if (!LEASE.matcher(lease).matches()) {
      throw new IllegalArgumentException("not the id of a lease: '" + lease + "'");
    }
  }

  static ResultKey of(NodeSync.Report report) {
    return new ResultKey(report.lease(), report.index(), report.generation());
  }

  static ResultKey of(NodeSync.Ack ack) {
    return new ResultKey(ack.lease(), ack.index(), ack.generation());
  }

  /** The name of an entry's folder; entries sort by their age. */
  String folderName(long number) {
    return String.format("%012d-%s-%d-%d", number, lease, index, generation);
  }

  static Optional<ResultKey> ofFolderName(String name) {
    Matcher matcher = NAME.matcher(name);
    try {
      return matcher.matches()
          ? Optional.of(
              new ResultKey(
                  matcher.group(1),
                  Integer.parseInt(matcher.group(2)),
                  Integer.parseInt(matcher.group(3))))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}

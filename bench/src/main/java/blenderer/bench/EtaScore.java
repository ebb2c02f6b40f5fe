package blenderer.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Estimates of one kind, and how they fared. */
final class EtaScore {

  private int all;
  private int held;
  private int early;

  /** A range of seconds that were left, and how many it were. */
  void add(double low, double high, double actual) {
    all++;
    held += low <= actual && actual <= high ? 1 : 0;
    early += actual < low ? 1 : 0;
  }

  /** The share of ranges that held the truth. */
  double held() {
    return Figures.round((double) held / Math.max(1, all));
  }

  void into(ObjectNode node) {
    node.put("estimates", all);
    node.put("held", held());
    node.put("doneEarlier", Figures.round((double) early / Math.max(1, all)));
    node.put("doneLater", Figures.round((double) (all - held - early) / Math.max(1, all)));
  }
}

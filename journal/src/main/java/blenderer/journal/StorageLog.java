package blenderer.journal;

import blenderer.core.CleanRule;
import blenderer.core.Retention.Holding;
import blenderer.core.Retention.Item;
import java.util.List;

/**
 * What holds the content store's bytes, and the rules by which it goes. Safe for many threads. The
 * figures look at all there is: for reports, not for pages that refresh.
 */
public interface StorageLog {

  /** What each job holds, finished or not. */
  List<Holding> holdings();

  /** How many bytes nothing needs any more once these are gone: what others hold, too, stays. */
  long freed(List<Item> items);

  /** All blobs by what they are for; each counts once. */
  List<Total> totals();

  /** Whether something that was cleaned or deleted is still being swept away. */
  boolean isSweeping();

  /** The rules in their order. */
  List<CleanRule> rules();

  /** Sets all rules; durable when it returns. */
  void rules(List<CleanRule> rules);

  /**
   * Blobs of one kind.
   *
   * @param kind {@code frames}, {@code scenes}, {@code logs}, {@code previews}, {@code renderers}
   *     or {@code unused}
   */
  record Total(String kind, long bytes, long blobs) {}
}

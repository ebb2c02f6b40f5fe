package blenderer.server.scheduling;

import blenderer.core.Decision;
import blenderer.core.Event;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Syncs that wait for their answers, oldest first. Used by the scheduler's thread alone. */
final class ParkedSyncs {

  private record Key(String node, String boot, long sequence) {}

  private final Map<Key, ArrayDeque<CompletableFuture<Decision.Answer>>> waiting = new HashMap<>();

  void add(Event.Synced sync, CompletableFuture<Decision.Answer> reply) {
    waiting
        .computeIfAbsent(
            new Key(sync.node(), sync.boot(), sync.sequence()), _ -> new ArrayDeque<>(1))
        .add(reply);
  }

  /** A repeat of one sync makes two wait under one key; the core answers the older one first. */
  void answer(Decision.Answer answer) {
    Key key = new Key(answer.node(), answer.boot(), answer.sequence());
    ArrayDeque<CompletableFuture<Decision.Answer>> replies = waiting.get(key);
    if (replies != null) {
      replies.removeFirst().complete(answer);
      if (replies.isEmpty()) {
        waiting.remove(key);
      }
    }
  }

  void fail(String node, Unavailable why) {
    waiting
        .entrySet()
        .removeIf(
            entry -> {
              boolean mine = entry.getKey().node().equals(node);
              if (mine) {
                entry.getValue().forEach(reply -> reply.completeExceptionally(why));
              }
              return mine;
            });
  }

  void failAll(Unavailable why) {
    waiting.values().forEach(all -> all.forEach(reply -> reply.completeExceptionally(why)));
    waiting.clear();
  }
}

package blenderer.node.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The variables that actions see: the session's own, then those of each entered environment. */
final class Variables {

  /** What one environment changed. */
  private static final class Layer {
    final Map<String, String> set = new LinkedHashMap<>();
    final Set<String> unset = new LinkedHashSet<>();
  }

  private final Map<String, String> base;
  private final Map<String, String> fixed;
  private final Deque<Layer> layers = new ArrayDeque<>();

  /**
   * @param fixed what no environment changes: the marks by which processes are found
   */
  Variables(Map<String, String> base, Map<String, String> fixed) {
    this.base = Map.copyOf(base);
    this.fixed = Map.copyOf(fixed);
  }

  /** An environment is being entered. */
  synchronized void push(Map<String, String> variables) {
    Layer layer = new Layer();
    layer.set.putAll(variables);
    layers.addLast(layer);
  }

  /** The environment entered last has been left. */
  synchronized void pop() {
    layers.removeLast();
  }

  synchronized void set(String name, String value) {
    layers.getLast().set.put(name, value);
  }

  /** Within one environment, taking away beats setting. */
  synchronized void unset(String name) {
    layers.getLast().unset.add(name);
  }

  synchronized Map<String, String> now() {
    Map<String, String> all = new LinkedHashMap<>(base);
    for (Layer layer : layers) {
      all.putAll(layer.set);
      layer.unset.forEach(all::remove);
    }
    all.putAll(fixed);
    return all;
  }
}

package blenderer.node.fetched;

import blenderer.cas.CasException;
import blenderer.cas.ManifestTree;
import blenderer.model.Renderer;
import blenderer.node.os.ProcessControl;
import blenderer.node.render.Detection;
import blenderer.node.render.ShippedKit;
import blenderer.node.sandbox.BoxPlan;
import blenderer.node.sandbox.Sandbox;
import blenderer.node.sandbox.SessionBox;
import blenderer.node.session.SessionPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Asks in a box of its own, as if the program were a session. */
public final class BoxedAsker implements Asker {

  private final Sandbox sandbox;
  private final List<ShippedKit> kits;
  private final String path;
  private final Path folder;

  /**
   * @param path the PATH of what it starts
   * @param folder an existing folder of the node's own
   */
  public BoxedAsker(Sandbox sandbox, List<ShippedKit> kits, String path, Path folder) {
    this.sandbox = sandbox;
    this.kits = List.copyOf(kits);
    this.path = path;
    this.folder = folder;
  }

  @Override
  public Renderer ask(String renderer, Path program) throws IOException, InterruptedException {
    ShippedKit kit =
        kits.stream()
            .filter(one -> one.name().equals(renderer))
            .findFirst()
            .orElseThrow(() -> new IOException("this node knows no renderer '" + renderer + "'"));
    Path own = program.getParent();
    String id = "ask-" + UUID.randomUUID();
    Path place = Files.createDirectory(folder.toRealPath().resolve(id));
    ProcessControl.Mark mark = new ProcessControl.Mark(SessionPlan.SESSION_MARK, id);
    try (SessionBox box =
        sandbox.open(
            new BoxPlan(
                id,
                mark,
                place,
                List.of(),
                own == null ? List.of() : List.of(kit.folder(), own)))) {
      return new Detection(box.control(), path, mark)
          .askStranger(kit.info(), kit.folder(), program, place, folder.resolve("builds"));
    } finally {
      try {
        ManifestTree.deleteTree(place);
      } catch (CasException e) {
        // The next start of the node tries again.
      }
    }
  }
}

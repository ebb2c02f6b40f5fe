package blenderer.node.agent;

import blenderer.cas.BlobFiles;
import blenderer.cas.CasException;
import blenderer.cas.ManifestTree;
import blenderer.model.Manifest;
import blenderer.node.os.Folders;
import blenderer.node.os.ProcessControl;
import blenderer.node.render.InstalledRenderer;
import blenderer.node.render.OutputFolder;
import blenderer.node.sandbox.BoxPlan;
import blenderer.node.sandbox.Sandbox;
import blenderer.node.sandbox.SessionBox;
import blenderer.node.session.Session;
import blenderer.node.session.SessionFolder;
import blenderer.node.session.SessionListener;
import blenderer.node.session.SessionPlan;
import blenderer.openjd.Directive;
import blenderer.openjd.JobPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A session with its folder and its key. */
final class OpenSession {

  /**
   * Where sessions live, and what all of them share.
   *
   * @param programs the executable of each renderer that is installed, by the renderer's name
   */
  record Place(
      Sandbox sandbox,
      Path nodeFolder,
      Path sessions,
      String path,
      int threads,
      Map<String, Path> programs) {}

  /** The first executable of each renderer. */
  static Map<String, Path> programs(List<InstalledRenderer> renderers) {
    Map<String, Path> programs = new HashMap<>();
    renderers.forEach(one -> programs.putIfAbsent(one.renderer().name(), one.executable()));
    return Map.copyOf(programs);
  }

  /** For what is printed when nobody asked. */
  static final SessionListener DEAF =
      new SessionListener() {
        @Override
        public void line(String line) {}

        @Override
        public void told(Directive directive) {}
      };

  private final SessionBox box;
  private final Session session;
  private final SessionFolder folder;
  private final OutputFolder output;
  private final Prepared.SessionKey key;

  /** Paths of the job's files that are laid out. */
  private final Set<String> present;

  private OpenSession(
      SessionBox box,
      Session session,
      SessionFolder folder,
      OutputFolder output,
      Prepared.SessionKey key,
      Set<String> present) {
    this.present = present;
    this.box = box;
    this.session = session;
    this.folder = folder;
    this.output = output;
    this.key = key;
  }

  /**
   * Lays out the job's files; enters nothing yet.
   *
   * @param cold whether the template shall start everything anew for each run
   * @throws IllegalArgumentException with a sentence for a person, when a parameter leads out
   * @throws CasException when the files cannot be laid out
   */
  static OpenSession open(Place place, Prepared.Ready ready, BlobFiles cache, boolean cold)
      throws IOException {
    String id = UUID.randomUUID().toString();
    SessionFolder folder = SessionFolder.create(place.sessions(), id);
    SessionBox box = null;
    boolean done = false;
    try {
      layOut(ready, cache, folder);
      Map<String, String> variables = new HashMap<>();
      InstalledRenderer renderer = ready.renderer();
      if (renderer != null) {
        variables.put("BLENDERER_RENDERER_DIR", ready.kit().folder().toString());
        variables.put("BLENDERER_RENDERER", renderer.executable().toString());
      }
      ready
          .kit()
          .uses()
          .forEach(
              (name, scripts) -> {
                String prefix = "BLENDERER_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
                variables.put(prefix + "_DIR", scripts.toString());
                Path program = place.programs().get(name);
                if (program != null) {
                  variables.put(prefix, program.toString());
                }
              });
      variables.put("BLENDERER_THREADS", Integer.toString(place.threads()));
      place
          .sandbox()
          .recycleBytes()
          .ifPresent(
              bytes -> variables.put("BLENDERER_RECYCLE_MB", Long.toString(bytes / 1_000_000)));
      if (cold) {
        variables.put("BLENDERER_COLD", "1");
      }
      box = place.sandbox().open(plan(place, ready, id, folder));
      Session session =
          Session.open(
              box.control(),
              folder,
              new SessionPlan(
                  id, ready.job(), ready.step(), place.nodeFolder(), place.path(), variables));
      OutputFolder output = OutputFolder.of(folder.output(), given(folder), box::tooLarge);
      done = true;
      return new OpenSession(
          box, session, folder, output, ready.key(), paths(ready.files().files()));
    } finally {
      if (!done) {
        if (box != null) {
          box.close();
        }
        ManifestTree.deleteTree(folder.root());
      }
    }
  }

  private static Set<String> paths(List<Manifest.Entry> files) {
    Set<String> paths = new HashSet<>();
    files.forEach(file -> paths.add(file.path()));
    return paths;
  }

  /**
   * Brings what a further lease needs and earlier ones did not; the session may be at work.
   *
   * @throws CasException when it cannot be brought, such as when a task has meddled with the
   *     folders
   */
  void bring(Prepared.Ready ready, BlobFiles cache) {
    JobPaths paths = JobPaths.of(ready.job().parameters());
    List<Manifest.Entry> more =
        ready.files().files().stream()
            .filter(file -> !present.contains(file.path()) && !paths.isChangeable(file.path()))
            .toList();
    if (more.isEmpty()) {
      return;
    }
    Manifest manifest = new Manifest(more);
    box.bring(manifest.totalSize(), more.size());
    ManifestTree.add(manifest, cache, folder.workspace(), adding(folder));
    more.forEach(file -> present.add(file.path()));
  }

  /** Where files lie until they are whole, out of the reach of tasks. */
  private static Path adding(SessionFolder folder) {
    return folder.root().resolveSibling(folder.root().getFileName() + ".adding");
  }

  /** Both trees of the session, as {@link JobPaths} has it. */
  private static void layOut(Prepared.Ready ready, BlobFiles cache, SessionFolder folder)
      throws IOException {
    JobPaths paths = JobPaths.of(ready.job().parameters());
    List<Manifest.Entry> read = new ArrayList<>();
    Map<String, Manifest.Entry> written = new LinkedHashMap<>();
    for (Manifest.Entry file : ready.files().files()) {
      if (paths.isChangeable(file.path())) {
        written.put(file.path(), file);
      } else {
        read.add(file);
      }
    }
    // An earlier step may have changed what was submitted.
    ready.made().files().forEach(file -> written.put(file.path(), file));
    List<String> later =
        ready.all().files().stream()
            .map(Manifest.Entry::path)
            .filter(path -> !paths.isChangeable(path))
            .toList();
    if (later.isEmpty()) {
      Files.createDirectory(folder.workspace());
    } else {
      ManifestTree.layOut(new Manifest(read), later, cache, folder.workspace());
    }
    if (!written.isEmpty()) {
      ManifestTree.layOut(new Manifest(List.copyOf(written.values())), cache, folder.output());
    }
  }

  private static BoxPlan plan(Place place, Prepared.Ready ready, String id, SessionFolder folder) {
    List<Path> readable = new ArrayList<>(folder.shown());
    Set<Path> programs = new LinkedHashSet<>(place.programs().values());
    InstalledRenderer renderer = ready.renderer();
    if (renderer != null) {
      readable.add(ready.kit().folder());
      programs.add(renderer.executable());
    }
    readable.addAll(ready.kit().uses().values());
    Path home = Path.of(System.getProperty("user.home"));
    for (Path program : programs) {
      readable.addAll(BoxPlan.readableFor(program, List.of(place.nodeFolder(), home)));
    }
    return new BoxPlan(
        id,
        new ProcessControl.Mark(SessionPlan.SESSION_MARK, id),
        folder.root(),
        folder.frozen(),
        readable);
  }

  Session session() {
    return session;
  }

  OutputFolder output() {
    return output;
  }

  Path root() {
    return folder.root();
  }

  /** As {@link SessionBox#cpuMillis}. */
  long cpuMillis() {
    return box.cpuMillis();
  }

  boolean fits(Prepared.SessionKey other) {
    return key.equals(other);
  }

  /**
   * Leaves the session; nothing of it is left.
   *
   * @param orderly whether environments run their exits
   */
  void leave(boolean orderly) throws InterruptedException {
    try {
      session.leave(DEAF, orderly);
    } finally {
      box.close();
      remove(folder.root());
      remove(given(folder));
    }
  }

  /** Where results are copied; no task may lead the node's writing elsewhere by a link there. */
  private static Path given(SessionFolder folder) {
    return folder.root().resolveSibling(folder.root().getFileName() + ".given");
  }

  private static void remove(Path tree) {
    try {
      ManifestTree.deleteTree(tree);
    } catch (CasException e) {
      try {
        Folders.remove(tree); // a task may have made it hard to delete
      } catch (IOException left) {
        // The next start of the node tries again.
      }
    }
  }
}

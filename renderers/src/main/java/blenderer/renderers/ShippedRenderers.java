package blenderer.renderers;

import blenderer.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The renderers inside this module's jar (or class folder): their files, read once. Immutable. */
public final class ShippedRenderers {

  private static final String PREFIX = "renderers/";
  private static final String TEMPLATE = "template.yaml";

  /** Renderer name to (path inside its folder, with '/', to content). */
  private final SortedMap<String, SortedMap<String, byte[]>> renderers;

  private ShippedRenderers(SortedMap<String, SortedMap<String, byte[]>> renderers) {
    this.renderers = renderers;
  }

  /**
   * Reads every shipped renderer.
   *
   * @throws RendererException if the installation holds none
   */
  public static ShippedRenderers load() {
    try {
      Path place = place();
      SortedMap<String, SortedMap<String, byte[]>> found =
          Files.isDirectory(place) ? readFolder(place) : readJar(place);
      found.values().removeIf(files -> !files.containsKey(TEMPLATE));
      if (found.isEmpty()) {
        throw new RendererException(
            "no renderer ships in '" + place + "': build the program again");
      }
      return new ShippedRenderers(found);
    } catch (IOException | URISyntaxException e) {
      throw new RendererException("the shipped renderers cannot be read", e);
    }
  }

  /**
   * The jar or class folder of this class. Asked of its own class file, since a class that comes
   * from a start-up cache has no code source.
   */
  private static Path place() throws IOException, URISyntaxException {
    URL self =
        ShippedRenderers.class.getResource(ShippedRenderers.class.getSimpleName() + ".class");
    if (self == null) {
      throw new RendererException("cannot tell where the shipped renderers lie");
    }
    if (self.openConnection() instanceof JarURLConnection inJar) {
      return Path.of(inJar.getJarFileURL().toURI());
    }
    Path file = Path.of(self.toURI());
    return file.resolve("../".repeat(ShippedRenderers.class.getName().split("\\.").length))
        .normalize();
  }

  private static SortedMap<String, SortedMap<String, byte[]>> readFolder(Path classes)
      throws IOException {
    SortedMap<String, SortedMap<String, byte[]>> found = new TreeMap<>();
    Path root = classes.resolve(PREFIX);
    if (!Files.isDirectory(root)) {
      return found;
    }
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        put(found, root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return found;
  }

  private static SortedMap<String, SortedMap<String, byte[]>> readJar(Path jar) throws IOException {
    SortedMap<String, SortedMap<String, byte[]>> found = new TreeMap<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (var entry : Collections.list(file.entries())) {
        if (!entry.isDirectory() && entry.getName().startsWith(PREFIX)) {
          try (InputStream in = file.getInputStream(entry)) {
            put(found, entry.getName().substring(PREFIX.length()), in.readAllBytes());
          }
        }
      }
    }
    return found;
  }

  private static void put(
      SortedMap<String, SortedMap<String, byte[]>> found, String path, byte[] content) {
    int slash = path.indexOf('/');
    if (slash > 0) {
      found
          .computeIfAbsent(path.substring(0, slash), name -> new TreeMap<>())
          .put(path.substring(slash + 1), content);
    }
  }

  /** The renderers' names, such as {@code blender}, sorted. */
  public List<String> names() {
    return List.copyOf(renderers.keySet());
  }

  /**
   * The bytes of every template that runs because it ships: the file {@code template.yaml} of each
   * renderer, then files such as {@code video-template.yaml} beside it. Templates for commands of a
   * submitter's own are none of them.
   */
  public List<byte[]> trustedTemplates() {
    List<byte[]> all = new ArrayList<>();
    for (String name : names()) {
      if (!info(name).commands()) {
        templateFiles(name).forEach(file -> all.add(file(name, file)));
      }
    }
    return all;
  }

  /** The names of a renderer's templates, {@code template.yaml} first. */
  public List<String> templateFiles(String name) {
    List<String> all = new ArrayList<>();
    all.add(TEMPLATE);
    files(name).keySet().stream()
        .filter(path -> path.endsWith("-" + TEMPLATE) && !path.contains("/"))
        .forEach(all::add);
    return all;
  }

  /** How its program is found and which files it renders. */
  public RendererInfo info(String name) {
    return RendererInfo.parse(
        name, new String(file(name, "renderer.yaml"), StandardCharsets.UTF_8));
  }

  /** The bytes of a renderer's {@code template.yaml}. */
  public byte[] template(String name) {
    return file(name, TEMPLATE);
  }

  /** The digest by which a node recognises a job's template as a shipped one. */
  public Digest templateDigest(String name) {
    return Digest.of(template(name));
  }

  /** What a node checks for this renderer; without a file {@code checks.yaml}, nothing. */
  public RendererChecks checks(String name) {
    return !files(name).containsKey("checks.yaml")
        ? RendererChecks.NONE
        : RendererChecks.parse(name, new String(file(name, "checks.yaml"), StandardCharsets.UTF_8));
  }

  /**
   * The content of one file of a renderer.
   *
   * @param path inside the renderer's folder, with '/'
   * @throws NoSuchElementException if there is no such renderer or file
   */
  public byte[] file(String name, String path) {
    byte[] content = files(name).get(path);
    if (content == null) {
      throw new NoSuchElementException("renderer '" + name + "' has no file '" + path + "'");
    }
    return content.clone();
  }

  /** The digest of all of a renderer's files and their names. */
  public Digest digest(String name) {
    return digestOf(files(name));
  }

  /**
   * Lays a renderer's files out below {@code parent} and returns their folder, named by the
   * renderer and its digest. A folder that is there and whole is used again; a damaged one is
   * replaced. The folder appears with all its files or not at all. Calls for one parent must not
   * overlap.
   *
   * @throws UncheckedIOException if the disk refuses
   */
  public Path extractTo(String name, Path parent) {
    SortedMap<String, byte[]> files = files(name);
    Digest digest = digestOf(files);
    Path target = parent.resolve(name + "-" + digest.hex().substring(0, 16));
    try {
      Files.createDirectories(parent);
      if (Files.isDirectory(target)) {
        if (digestOf(FolderFiles.read(target)).equals(digest)) {
          return target;
        }
        FolderFiles.delete(target);
      }
      FolderFiles.writeAtomically(files, target);
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException("renderer '" + name + "' cannot be laid out: " + target, e);
    }
  }

  private SortedMap<String, byte[]> files(String name) {
    SortedMap<String, byte[]> files = renderers.get(name);
    if (files == null) {
      throw new NoSuchElementException("no renderer '" + name + "'; there are " + names());
    }
    return files;
  }

  private static Digest digestOf(Map<String, byte[]> files) {
    MessageDigest hasher = Digest.newHasher();
    files.forEach(
        (path, content) -> {
          hasher.update(path.getBytes(StandardCharsets.UTF_8));
          hasher.update((byte) 0);
          hasher.update(ByteBuffer.allocate(Long.BYTES).putLong(content.length).flip());
          hasher.update(content);
        });
    return Digest.ofHash(hasher.digest());
  }
}

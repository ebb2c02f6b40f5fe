package blenderer.node.agent;

import blenderer.api.ConnectionString;
import blenderer.api.ConnectionStringException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the farm's servers listen, as they have said, in the file {@code servers} of the node's
 * data folder: one that was added after this node got its connection string is known after a
 * restart, too. Those heard of last come first; one that is away stays known. Beside the
 * connection, which is left as its owner gave it. One thread.
 */
public final class KnownServers {

  /** More than a farm has; whoever was heard of first is forgotten first. */
  private static final int MOST = 32;

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");

  private final Path file;
  private List<String> kept;

  private KnownServers(Path file, List<String> kept) {
    this.file = file;
    this.kept = kept;
  }

  /** What the data folder holds; what cannot be read is learned anew. */
  public static KnownServers in(Path data) {
    Path file = data.resolve("servers");
    List<String> kept = List.of();
    try {
      if (Files.exists(file)) {
        kept = Files.readAllLines(file);
      }
    } catch (IOException e) {
      LOG.warn("The file {} cannot be read: {}", file, e.getMessage());
    }
    return new KnownServers(file, kept);
  }

  /** Their addresses; what is none is passed over. */
  public List<ConnectionString.Address> addresses() {
    List<ConnectionString.Address> all = new ArrayList<>();
    for (String line : kept) {
      try {
        all.add(ConnectionString.Address.parse(line));
      } catch (ConnectionStringException e) {
        // Whatever wrote that is newer, or a disk was full.
      }
    }
    return List.copyOf(all);
  }

  /** Keeps what a server said, if it is news. */
  void heard(List<String> servers) {
    if (kept.containsAll(servers)) {
      return;
    }
    Set<String> all = new LinkedHashSet<>(servers);
    all.addAll(kept);
    kept = all.stream().limit(MOST).toList();
    try {
      write(String.join("\n", kept) + "\n");
      LOG.info("The farm has servers at {}", String.join(", ", servers));
    } catch (IOException e) {
      LOG.warn("Where the farm's servers are cannot be kept in {}: {}", file, e.getMessage());
    }
  }

  private void write(String text) throws IOException {
    Path growing = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            growing,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(growing, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Forgets all: the data folder is for another farm now. */
  public void forget() throws IOException {
    Files.deleteIfExists(file);
    kept = List.of();
  }
}

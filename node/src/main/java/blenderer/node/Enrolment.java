package blenderer.node;

import blenderer.api.ApiException;
import blenderer.api.ClientOptions;
import blenderer.api.ConnectionString;
import blenderer.api.ConnectionStringException;
import blenderer.api.Farm;
import blenderer.api.FarmClient;
import blenderer.api.FarmException;
import blenderer.api.Secrets;
import blenderer.node.agent.KnownServers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns an invite into a key of the node's own. The key is stored before the server hears of it, so
 * that a crash in between repeats the same pair of invite and key, which succeeds again.
 */
final class Enrolment {

  private static final Logger LOG = LoggerFactory.getLogger("blenderer.node");
  private static final int MOST_NAMES = 20;

  private final Path data;
  private final ClientOptions client;
  private final Duration patience;

  /**
   * @param patience how long to try when the server was never reached before
   */
  Enrolment(Path data, ClientOptions client, Duration patience) {
    this.data = data;
    this.client = client;
    this.patience = patience;
  }

  /**
   * What the node goes on with.
   *
   * @param identity null: the server is away; the key was good before
   */
  record Enrolled(ConnectionString connection, Farm.@Nullable Identity identity) {}

  private Path file() {
    return data.resolve("connection");
  }

  /**
   * Enrols, or finds that this node is.
   *
   * @param connect as {@code --connect} gave it; null: not given
   * @param name as {@code --name} gave it; null: not given
   */
  Enrolled enrol(@Nullable String connect, @Nullable String name, InputStream stdin)
      throws NodeFailure, IOException {
    ConnectionString stored = stored();
    ConnectionString given;
    try {
      given = connect == null ? null : ConnectionString.read(connect, stdin);
    } catch (ConnectionStringException e) {
      throw new NodeFailure(2, e.code(), e.sentence(), e.next());
    }
    if (stored == null && given == null) {
      throw new NodeFailure(
          2,
          "no-connection",
          "This node does not know its server: the folder " + data + " holds no connection.",
          "Run 'blenderer invite --role node' at the server and start the node with --connect and"
              + " the string that it prints.");
    }
    if (stored != null && given != null && !stored.fingerprint().equals(given.fingerprint())) {
      throw new NodeFailure(
          2,
          "other-farm",
          "The folder " + data + " belongs to a node of another farm.",
          "Use another --data, or delete " + file() + " if the node shall move to this farm.");
    }
    ConnectionString mine = keyOf(stored, given);
    store(mine);
    boolean wasIn = stored != null;
    KnownServers known = KnownServers.in(data);
    if (!wasIn) {
      known.forget();
    }
    return reach(
        mine.withMore(known.addresses()),
        given != null && given.isInvite() ? given : null,
        name,
        wasIn);
  }

  /** The newest addresses, with this node's own key. */
  private static ConnectionString keyOf(
      @Nullable ConnectionString stored, @Nullable ConnectionString given) {
    if (given == null) {
      return java.util.Objects.requireNonNull(stored);
    }
    if (stored != null) {
      return given.withSecret(stored.secret());
    }
    return given.isInvite() ? given.withSecret(Secrets.newKey()) : given;
  }

  private Enrolled reach(
      ConnectionString mine,
      @Nullable ConnectionString invite,
      @Nullable String name,
      boolean wasIn)
      throws NodeFailure {
    ClientOptions patient = wasIn ? client : client.withPatience(patience);
    if (!wasIn && invite != null) {
      return new Enrolled(mine, checked(redeem(mine, invite, name, patient)));
    }
    try (FarmClient farm = new FarmClient(mine, patient)) {
      return new Enrolled(mine, checked(farm.whoami()));
    } catch (ApiException e) {
      if (e.status() == 401 && invite != null) {
        return new Enrolled(mine, checked(redeem(mine, invite, name, patient)));
      }
      throw refused(e);
    } catch (FarmException e) {
      if (wasIn && e.mayPass()) {
        LOG.warn("{} The node starts, and goes on trying", e.sentence());
        return new Enrolled(mine, null);
      }
      throw new NodeFailure(3, e.code(), e.sentence(), e.next());
    }
  }

  private static Farm.Identity checked(Farm.Identity identity) throws NodeFailure {
    if (!identity.role().equals("node")) {
      throw new NodeFailure(
          3,
          "not-a-node",
          "The connection string belongs to '"
              + identity.name()
              + "', who is no node but "
              + identity.role()
              + ".",
          "Run 'blenderer invite --role node' at the server and use the string that it prints.");
    }
    return identity;
  }

  private static NodeFailure refused(ApiException e) {
    return e.status() == 401 || e.status() == 403
        ? new NodeFailure(
            3,
            e.code(),
            "The server does not let this node in: " + e.sentence(),
            "Ask for a new invite ('blenderer invite --role node' at the server) and start the node"
                + " with it.")
        : new NodeFailure(3, e.code(), e.sentence(), e.next());
  }

  private Farm.Identity redeem(
      ConnectionString mine, ConnectionString invite, @Nullable String name, ClientOptions patient)
      throws NodeFailure {
    String hash = Secrets.hash(mine.secret());
    try (FarmClient farm = new FarmClient(invite, patient)) {
      for (int number = 1; ; number++) {
        String tried = name != null ? name : hostName() + (number == 1 ? "" : "-" + number);
        try {
          return farm.enrol(new Farm.Enrol(tried, hash));
        } catch (ApiException e) {
          if (!e.code().equals("name-taken")) {
            throw new NodeFailure(3, e.code(), e.sentence(), e.next());
          }
          if (name != null || number >= MOST_NAMES) {
            throw new NodeFailure(
                3, e.code(), e.sentence(), "Choose another name for this node with --name.");
          }
        }
      }
    } catch (FarmException e) {
      throw new NodeFailure(3, e.code(), e.sentence(), e.next());
    }
  }

  private static String hostName() {
    String name = System.getenv("HOSTNAME");
    if (name == null || name.isBlank()) {
      try {
        name = InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        name = "node";
      }
    }
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
    int dot = plain.indexOf('.');
    return dot > 0 ? plain.substring(0, dot) : plain;
  }

  private @Nullable ConnectionString stored() throws NodeFailure, IOException {
    if (Files.notExists(file())) {
      return null;
    }
    try {
      return ConnectionString.parse(Files.readString(file()).strip());
    } catch (ConnectionStringException e) {
      throw new NodeFailure(
          1,
          "connection-damaged",
          "The file " + file() + " is damaged: " + e.sentence(),
          "Delete it and start the node with a new invite.");
    }
  }

  /** Durable, and readable by this user only, before anybody is told of the key. */
  private void store(ConnectionString mine) throws IOException {
    Path growing = data.resolve("connection.new");
    Files.deleteIfExists(growing);
    Files.createFile(
        growing,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(growing, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap((mine.print() + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(growing, file(), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(data, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}

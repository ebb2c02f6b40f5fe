package blenderer.server.trust;

import blenderer.api.ConnectionString;
import blenderer.api.ConnectionStringException;
import blenderer.api.Secrets;
import blenderer.journal.AccountStore;
import blenderer.journal.AccountStore.Enrolment;
import blenderer.model.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code DATA/admin.connection}: the first admin's key, made once. The file is written before the
 * key is known to the store, and read again at the next start, so that no crash leaves a farm
 * without an admin.
 */
public final class AdminFile {

  private static final String FIRST_ADMIN = "admin";

  private AdminFile() {}

  /** Where it lies. */
  public static Path in(Path data) {
    return data.resolve("admin.connection");
  }

  /**
   * Makes the file and the key if the farm has no admin; brings a file's addresses and fingerprint
   * up to date.
   *
   * @param newId for a new key
   * @return whether the file was made now
   */
  public static synchronized boolean ensure(
      Path data,
      AccountStore accounts,
      List<ConnectionString.Address> addresses,
      String fingerprint,
      String newId,
      long now) {
    Path file = in(data);
    try {
      if (Files.exists(file)) {
        String text = Files.readString(file).strip();
        ConnectionString old = ConnectionString.parse(text);
        String newer = new ConnectionString(addresses, fingerprint, old.secret()).print();
        if (!newer.equals(text)) {
          PrivateFiles.write(file, newer + "\n");
        }
        if (!hasAdmin(accounts)) {
          add(accounts, newId, old.secret(), now);
        }
        return false;
      }
      if (hasAdmin(accounts)) {
        return false;
      }
      String secret = Secrets.newKey();
      ConnectionString connection = new ConnectionString(addresses, fingerprint, secret);
      PrivateFiles.write(file, connection.print() + "\n");
      add(accounts, newId, secret, now);
      return true;
    } catch (IOException | ConnectionStringException e) {
      throw new TrustException("cannot use " + file, e);
    }
  }

  /**
   * Adds {@code servers} to the addresses that the file names, if there is one. None is taken away:
   * a server that is not there now may come back.
   */
  public static synchronized void add(Path data, List<ConnectionString.Address> servers) {
    Path file = in(data);
    try {
      if (!Files.exists(file)) {
        return;
      }
      ConnectionString old = ConnectionString.parse(Files.readString(file).strip());
      ConnectionString newer = old.withMore(servers);
      if (!newer.equals(old)) {
        PrivateFiles.write(file, newer.print() + "\n");
      }
    } catch (IOException | ConnectionStringException e) {
      throw new TrustException("cannot use " + file, e);
    }
  }

  private static boolean hasAdmin(AccountStore accounts) {
    return accounts.keys().stream()
        .anyMatch(key -> key.role() == Role.ADMIN && key.revokedAt() == null);
  }

  private static void add(AccountStore accounts, String id, String secret, long now) {
    Enrolment added = accounts.add(id, FIRST_ADMIN, Role.ADMIN, Secrets.hash(secret), now);
    if (!(added instanceof Enrolment.Enrolled)) {
      throw new TrustException(
          "the key in admin.connection was revoked; remove the file to get a new one");
    }
  }
}

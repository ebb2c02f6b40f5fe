package blenderer.server.trust;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The names and addresses under which this computer can be called. */
public final class Names {

  private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");

  private Names() {}

  /** Whether {@code name} is an IP address and no host name. */
  public static boolean isAddress(String name) {
    return V4.matcher(name).matches() || name.contains(":");
  }

  /**
   * In the order in which peers should try them: the names given, then this computer's, then
   * loopback. A server that listens on loopback only has no other.
   *
   * @param given extra names, checked
   * @param listen the address that is listened on
   */
  public static List<String> of(List<String> given, String listen) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : given) {
      if (!isAddress(name) && !HOST.matcher(name).matches()) {
        throw new TrustException("'" + name + "' is neither a host name nor an address");
      }
      names.add(name);
    }
    if (isAny(listen)) {
      names.addAll(addresses());
      hostName().ifPresent(names::add);
    } else if (!isLoopback(listen)) {
      names.add(listen);
    }
    names.add("127.0.0.1");
    names.add("localhost");
    return List.copyOf(names);
  }

  private static boolean isAny(String listen) {
    return listen.equals("0.0.0.0") || listen.equals("::") || listen.equals("[::]");
  }

  /** Whether only this computer itself is called so. */
  public static boolean isLoopback(String listen) {
    return listen.equals("localhost") || listen.startsWith("127.") || listen.equals("::1");
  }

  private static Optional<String> hostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return HOST.matcher(name).matches() && !isAddress(name)
          ? Optional.of(name)
          : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static List<String> addresses() {
    List<String> found = new ArrayList<>();
    try {
      for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
        if (card.isUp() && !card.isLoopback() && !card.isVirtual()) {
          card.inetAddresses()
              .filter(a -> a instanceof Inet4Address && !a.isLinkLocalAddress())
              .forEach(a -> found.add(a.getHostAddress()));
        }
      }
    } catch (SocketException e) {
      // Without a list of cards the names given and loopback have to do.
    }
    return found;
  }
}

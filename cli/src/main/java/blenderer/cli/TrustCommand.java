package blenderer.cli;

import blenderer.api.ConnectionString;
import blenderer.api.FarmClient;
import blenderer.api.LocalFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code blenderer trust}: browsers of this person know the farm from now on, without a warning.
 */
@Command(
    name = "trust",
    description = {
      "Let the browsers of this computer trust the farm's own certificate authority, so that its"
          + " page opens without a warning.",
      "On Linux: those of Chromium and Firefox, and as root the system's. On macOS and Windows:"
          + " says what to run."
    })
final class TrustCommand extends PeopleCommand {

  /** Beside the folder for people's own certificates of Chromium and its like. */
  private static final String CHROMIUM = ".pki/nssdb";

  private static final List<String> FIREFOX =
      List.of(
          ".mozilla/firefox",
          ".config/mozilla/firefox",
          "snap/firefox/common/.mozilla/firefox",
          ".var/app/org.mozilla.firefox/.mozilla/firefox");

  private static final Path SYSTEM = Path.of("/usr/local/share/ca-certificates");
  private static final int PEM_LINE = 64;

  @Option(names = "--remove", description = "Trust it no longer.")
  boolean remove;

  @Option(names = "--print", description = "Change nothing; say what would be run.")
  boolean print;

  TrustCommand(Surroundings around) {
    super(around);
  }

  /** What came of it. */
  record Told(String certificate, String action, List<String> places, List<String> commands) {}

  @Override
  int run() {
    ConnectionString connection = connection();
    if (connection.fingerprint().isEmpty()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "no-own-authority",
          "This server shows a certificate of a public authority, which browsers know already.",
          "Open its page: blenderer open");
    }
    byte[] der;
    try (FarmClient client = new FarmClient(connection)) {
      der = client.certificate();
    }
    if (!ConnectionString.fingerprintOf(der).equals(connection.fingerprint())) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "wrong-authority",
          "The server gave another certificate than that of the connection string.",
          "Ask an admin for a new connection string.");
    }
    String name =
        "blenderer-" + connection.fingerprint().substring(0, 8).replaceAll("[^A-Za-z0-9]", "x");
    Path file = keep(name, der);
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    Told told =
        system.contains("linux")
            ? linux(name, file)
            : new Told(file.toString(), "run", List.of(), elsewhere(system, name, file));
    tell(told);
    return ExitCode.DONE;
  }

  private Path keep(String name, byte[] der) {
    Path file = around.configFolder().resolve(name + ".crt");
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(PEM_LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der)
            + "\n-----END CERTIFICATE-----\n";
    try {
      Files.createDirectories(around.configFolder());
      Files.writeString(file, pem);
      return file;
    } catch (IOException e) {
      throw LocalFileException.unwritable(file, e);
    }
  }

  /** What other systems want run; not tried by anybody here. */
  private List<String> elsewhere(String system, String name, Path file) {
    if (system.contains("mac")) {
      return List.of(
          remove
              ? "security delete-certificate -c 'Blenderer farm CA'"
              : "security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db '"
                  + file
                  + "'");
    }
    return List.of(
        remove
            ? "certutil -user -delstore Root \"Blenderer farm CA\""
            : "certutil -user -addstore Root \"" + file + "\"");
  }

  private Told linux(String name, Path file) {
    Map<String, List<List<String>>> work = new LinkedHashMap<>();
    for (Path database : databases()) {
      List<List<String>> steps = new ArrayList<>();
      String where = "sql:" + database;
      if (!Files.exists(database.resolve("cert9.db")) && !remove) {
        steps.add(List.of("certutil", "-N", "--empty-password", "-d", where));
      }
      steps.add(
          remove
              ? List.of("certutil", "-D", "-n", name, "-d", where)
              : List.of(
                  "certutil", "-A", "-n", name, "-t", "C,,", "-i", file.toString(), "-d", where));
      work.put(database.toString(), steps);
    }
    if (isRoot()) {
      Path there = SYSTEM.resolve(name + ".crt");
      work.put(
          SYSTEM.toString(),
          List.of(
              remove
                  ? List.of("rm", "--force", there.toString())
                  : List.of("cp", file.toString(), there.toString()),
              List.of("update-ca-certificates")));
    }
    List<String> commands =
        work.values().stream()
            .flatMap(List::stream)
            .map(command -> String.join(" ", command))
            .toList();
    if (print) {
      return new Told(file.toString(), "print", List.copyOf(work.keySet()), commands);
    }
    List<String> done = new ArrayList<>();
    work.forEach(
        (place, steps) -> {
          if (steps.stream().allMatch(this::runs)) {
            done.add(place);
          }
        });
    return new Told(file.toString(), remove ? "removed" : "added", done, commands);
  }

  /** Where this person's browsers keep what they trust; that of Chromium may not be there yet. */
  private List<Path> databases() {
    Path home = home();
    TreeSet<Path> all = new TreeSet<>();
    Path chromium = home.resolve(CHROMIUM);
    if (!remove || Files.isDirectory(chromium)) {
      all.add(chromium);
    }
    for (String folder : FIREFOX) {
      Path profiles = home.resolve(folder);
      if (Files.isDirectory(profiles)) {
        try (Stream<Path> inside = Files.list(profiles)) {
          inside.filter(one -> Files.exists(one.resolve("cert9.db"))).forEach(all::add);
        } catch (IOException e) {
          err().println("Note: " + profiles + " cannot be read, so it is left out.");
        }
      }
    }
    return List.copyOf(all);
  }

  private Path home() {
    String home = around.variable("HOME");
    return Path.of(home.isEmpty() ? System.getProperty("user.home", "/") : home);
  }

  /** Whether the system's own store may be written, and this is the person whose system it is. */
  private boolean isRoot() {
    return home().equals(Path.of(System.getProperty("user.home", "/")))
        && Files.isDirectory(SYSTEM)
        && Files.isWritable(SYSTEM);
  }

  private boolean runs(List<String> command) {
    try {
      if (command.contains("-N")) {
        Files.createDirectories(Path.of(command.getLast().substring("sql:".length())));
      }
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() == 0) {
        return true;
      }
      err()
          .println(
              "Note: '"
                  + String.join(" ", command)
                  + "' failed: "
                  + Texts.clean(said.strip().lines().findFirst().orElse("")));
      return false;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "no-certutil",
          "'" + command.getFirst() + "' cannot be started, and browsers are told with it.",
          "On Debian: apt install libnss3-tools. Or run 'blenderer trust --print'.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void tell(Told told) {
    if (json) {
      printJson(told);
      return;
    }
    switch (told.action()) {
      case "added" -> {
        told.places().forEach(place -> out().println("Trusted by the browser of " + place));
        out()
            .println(
                "Start browsers anew that are open. To take it back: blenderer trust --remove");
      }
      case "removed" ->
          told.places().forEach(place -> out().println("Not trusted any more by " + place));
      case "print" -> told.commands().forEach(command -> out().println(command));
      default -> {
        out().println("The certificate is in " + told.certificate());
        out().println("Run this yourself (not tried by us on this system):");
        told.commands().forEach(command -> out().println("  " + command));
      }
    }
    if (told.places().isEmpty() && Arrays.asList("added", "removed").contains(told.action())) {
      out().println("There was nothing to do.");
    }
  }
}

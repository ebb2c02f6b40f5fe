package blenderer.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * The world around a command, so that tests can make one up.
 *
 * @param environment variables by name
 * @param stdin where {@code -} reads from
 * @param terminal whether a person sits before the output: progress bars and colour are welcome
 * @param width columns of the terminal
 * @param clock for ages and dates
 * @param interrupts tells when a person interrupts
 */
public record Surroundings(
    Map<String, String> environment,
    InputStream stdin,
    boolean terminal,
    IntSupplier width,
    Clock clock,
    Interrupts interrupts) {

  private static final int PLAIN_WIDTH = 120;

  /** Calls {@code action} when a person presses Ctrl-C, until the answer is closed. */
  @FunctionalInterface
  public interface Interrupts {
    Watch watch(Runnable action);
  }

  /** An end that does not fail. */
  @FunctionalInterface
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /** The world of this process. */
  // Whether there is a console without a terminal differs between versions of the JDK.
  @SuppressWarnings("SystemConsoleNull")
  public static Surroundings ofProcess() {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    return new Surroundings(
        System.getenv(),
        System.in,
        terminal,
        terminal ? Surroundings::terminalWidth : () -> PLAIN_WIDTH,
        Clock.systemUTC(),
        Surroundings::onShutdown);
  }

  /** No terminal, no input, nobody who interrupts. */
  public static Surroundings plain(Map<String, String> environment) {
    return new Surroundings(
        environment,
        InputStream.nullInputStream(),
        false,
        () -> PLAIN_WIDTH,
        Clock.systemUTC(),
        action -> () -> {});
  }

  private static Watch onShutdown(Runnable action) {
    Thread hook = new Thread(action, "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    return () -> {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The end has begun already.
      }
    };
  }

  /** What {@code stty} says; 80 if it cannot be asked. */
  private static int terminalWidth() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size").redirectInput(Path.of("/dev/tty").toFile()).start();
      String answer =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int space = answer.indexOf(' ');
      int width = Integer.parseInt(answer.substring(space + 1));
      return width < 20 ? 80 : width;
    } catch (IOException | NumberFormatException e) {
      return 80;
    }
  }

  /** The value of a variable; empty if it is not set. */
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  /** Whether to use colour: on a terminal, unless {@code NO_COLOR} is set. */
  public boolean colour() {
    return terminal && variable("NO_COLOR").isEmpty() && !variable("TERM").equals("dumb");
  }

  /** The folder for settings: {@code XDG_CONFIG_HOME} or {@code ~/.config}. */
  Path configFolder() {
    return folder("XDG_CONFIG_HOME", ".config");
  }

  /** The folder for what may be lost: {@code XDG_CACHE_HOME} or {@code ~/.cache}. */
  Path cacheFolder() {
    return folder("XDG_CACHE_HOME", ".cache");
  }

  private Path folder(String variable, String inHome) {
    String named = variable(variable);
    Path base = Path.of(named);
    if (named.isEmpty() || !base.isAbsolute()) {
      String home = variable("HOME");
      base = Path.of(home.isEmpty() ? System.getProperty("user.home") : home, inHome);
    }
    return base.resolve("blenderer");
  }
}

package blenderer.node;

import blenderer.model.HostNeeds;
import blenderer.model.HostOffer;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a node's owner says of the computer; what the owner does not say is measured.
 *
 * @param allowCommands whether any command may run here
 * @param attributes values by name, in lower case
 * @param amounts by name, in lower case
 */
record HostOptions(
    boolean allowCommands, Map<String, List<String>> attributes, Map<String, BigDecimal> amounts) {

  private static final String ID = "[a-z_][a-z0-9_]*";
  private static final Pattern ATTRIBUTE = Pattern.compile("(" + ID + ":)?attr(\\." + ID + ")+");
  private static final Pattern AMOUNT = Pattern.compile("(" + ID + ":)?amount(\\." + ID + ")+");
  private static final Pattern VALUE = Pattern.compile("[a-z_][a-z0-9_-]{0,99}");
  private static final Path NVIDIA = Path.of("/proc/driver/nvidia/gpus");
  private static final Path CARDS = Path.of("/sys/class/drm");

  HostOptions {
    attributes = Map.copyOf(attributes);
    amounts = Map.copyOf(amounts);
  }

  /**
   * Reads {@code NAME=V1,V2} and {@code NAME=N}.
   *
   * @throws IllegalArgumentException with a sentence that names the option and what is wrong
   */
  static HostOptions parse(boolean allowCommands, List<String> attributes, List<String> amounts) {
    Map<String, List<String>> values = new HashMap<>();
    for (String text : attributes) {
      String lower = text.toLowerCase(Locale.ROOT);
      int equals = lower.indexOf('=');
      List<String> list = equals < 0 ? List.of() : List.of(lower.substring(equals + 1).split(","));
      if (equals < 0
          || !ATTRIBUTE.matcher(lower.substring(0, equals)).matches()
          || !list.stream().allMatch(value -> VALUE.matcher(value).matches())) {
        throw new IllegalArgumentException(
            "--attribute must be such as attr.studio.room=north,cold, not '" + text + "'");
      }
      values.put(lower.substring(0, equals), list);
    }
    Map<String, BigDecimal> numbers = new HashMap<>();
    for (String text : amounts) {
      String lower = text.toLowerCase(Locale.ROOT);
      int equals = lower.indexOf('=');
      BigDecimal number = equals < 0 ? null : number(lower.substring(equals + 1));
      if (number == null || !AMOUNT.matcher(lower.substring(0, equals)).matches()) {
        throw new IllegalArgumentException(
            "--amount must be such as amount.studio.capture_card=2, not '" + text + "'");
      }
      numbers.put(lower.substring(0, equals), number);
    }
    return new HostOptions(allowCommands, values, numbers);
  }

  /**
   * The same in these pools.
   *
   * @throws IllegalArgumentException with a sentence that names the option and what is wrong
   */
  HostOptions in(List<String> pools) {
    if (pools.isEmpty()) {
      return this;
    }
    List<String> names = pools.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (String name : names) {
      if (!VALUE.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "--pool must be letters, digits, - and _, beginning with a letter, not '" + name + "'");
      }
    }
    Map<String, List<String>> more = new HashMap<>(attributes);
    more.put(HostNeeds.POOL, names);
    return new HostOptions(allowCommands, more, amounts);
  }

  private static @Nullable BigDecimal number(String text) {
    return text.matches("[0-9]{1,12}(\\.[0-9]{1,6})?") ? new BigDecimal(text) : null;
  }

  /**
   * What the computer has, and what its owner says instead or besides.
   *
   * @param memoryBytes of the machine
   * @param sessionBytes what a session may use of it
   * @param data the node's folder, whose disk is the scratch space
   */
  HostOffer on(long memoryBytes, long sessionBytes, Path data) {
    Map<String, BigDecimal> has = new HashMap<>();
    has.put(HostNeeds.VCPU, BigDecimal.valueOf(Runtime.getRuntime().availableProcessors()));
    has.put("amount.worker.memory", BigDecimal.valueOf(memoryBytes >> 20));
    has.put(
        HostNeeds.SESSION_MEMORY,
        BigDecimal.valueOf(Math.min(sessionBytes, Math.max(memoryBytes, 1L << 20)) >> 20));
    has.put("amount.worker.disk.scratch", BigDecimal.valueOf(scratchBytes(data) >> 30));
    Gpus gpus = gpus(NVIDIA, CARDS);
    has.put("amount.worker.gpu", BigDecimal.valueOf(gpus.count()));
    has.put("amount.worker.gpu.memory", BigDecimal.valueOf(gpus.leastMemory() >> 20));
    has.putAll(amounts);
    Map<String, List<String>> is = new HashMap<>();
    is.put("attr.worker.os.family", List.of(family(System.getProperty("os.name", ""))));
    is.put("attr.worker.cpu.arch", List.of(architecture(System.getProperty("os.arch", ""))));
    is.putAll(attributes);
    return new HostOffer(has, is);
  }

  private static long scratchBytes(Path data) {
    try {
      return Files.getFileStore(data).getTotalSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Graphics cards.
   *
   * @param leastMemory in bytes, of the card with the least; 0: not known
   */
  record Gpus(int count, long leastMemory) {}

  /** Cards that the system shows in its folders: NVIDIA's by their driver, others by memory. */
  static Gpus gpus(Path nvidia, Path cards) {
    int count = 0;
    long least = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(nvidia)) {
      for (Path _ : all) {
        count++;
      }
    } catch (IOException e) {
      // There is no such driver.
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(cards, "card[0-9]")) {
      for (Path card : all) {
        Path memory = card.resolve("device/mem_info_vram_total");
        if (Files.isReadable(memory)) {
          long bytes = Long.parseLong(Files.readString(memory).strip());
          count++;
          least = least == 0 ? bytes : Math.min(least, bytes);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // The system shows no cards.
    }
    return new Gpus(count, least);
  }

  static String family(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("mac") ? "macos" : lower.startsWith("windows") ? "windows" : "linux";
  }

  static String architecture(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64", "arm64" -> "arm64";
      default -> name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "_");
    };
  }
}

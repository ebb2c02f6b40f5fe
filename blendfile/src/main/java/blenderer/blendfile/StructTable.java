package blenderer.blendfile;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The file's own description of its structs (SDNA): where each field lies, by name. */
final class StructTable {

  /**
   * Where a field lies.
   *
   * @param offset in bytes
   * @param type of the field, such as {@code short} or {@code RenderData}
   * @param length in bytes, all elements together
   */
  private record Field(int offset, String type, boolean pointer, int length) {}

  private static final int LARGEST_STRUCT = 1 << 24;

  private final int pointerBytes;
  private final String[] names;
  private final String[] types;
  private final int[] typeLengths;
  private final int[][] structs;
  private final Map<String, Integer> byName = new HashMap<>();
  private final Map<String, @Nullable Field> found = new HashMap<>();

  /**
   * Reads it.
   *
   * @throws DamagedException when it is none
   */
  StructTable(ByteBuffer data, int pointerBytes) {
    this.pointerBytes = pointerBytes;
    tag(data, "SDNA");
    tag(data, "NAME");
    names = strings(data);
    tag(data, "TYPE");
    types = strings(data);
    tag(data, "TLEN");
    need(data, 2L * types.length);
    typeLengths = new int[types.length];
    for (int i = 0; i < types.length; i++) {
      typeLengths[i] = Short.toUnsignedInt(data.getShort());
    }
    tag(data, "STRC");
    structs = new int[count(data, 4)][];
    for (int i = 0; i < structs.length; i++) {
      need(data, 4);
      int type = index(data, types.length);
      int fields = Short.toUnsignedInt(data.getShort());
      need(data, 4L * fields);
      int[] struct = new int[1 + 2 * fields];
      struct[0] = type;
      for (int at = 1; at < struct.length; at += 2) {
        struct[at] = index(data, types.length);
        struct[at + 1] = index(data, names.length);
      }
      structs[i] = struct;
      byName.putIfAbsent(types[type], i);
    }
  }

  private static DamagedException damaged() {
    return new DamagedException("is damaged: its description of what it holds cannot be read");
  }

  private static void need(ByteBuffer data, long bytes) {
    if (bytes < 0 || bytes > data.remaining()) {
      throw damaged();
    }
  }

  /** Tags stand at multiples of four. */
  private static void tag(ByteBuffer data, String tag) {
    int at = (data.position() + 3) & ~3;
    if (at + 4 > data.limit()) {
      throw damaged();
    }
    for (int i = 0; i < 4; i++) {
      if (data.get(at + i) != tag.charAt(i)) {
        throw damaged();
      }
    }
    data.position(at + 4);
  }

  /** A count of things that take so many bytes each, at least. */
  private static int count(ByteBuffer data, int bytesEach) {
    need(data, 4);
    int count = data.getInt();
    need(data, (long) count * bytesEach);
    return count;
  }

  private static int index(ByteBuffer data, int below) {
    int index = Short.toUnsignedInt(data.getShort());
    if (index >= below) {
      throw damaged();
    }
    return index;
  }

  private static String[] strings(ByteBuffer data) {
    String[] strings = new String[count(data, 1)];
    for (int i = 0; i < strings.length; i++) {
      int end = data.position();
      while (end < data.limit() && data.get(end) != 0) {
        end++;
      }
      if (end == data.limit()) {
        throw damaged();
      }
      byte[] bytes = new byte[end - data.position()];
      data.get(bytes);
      data.get();
      strings[i] = new String(bytes, StandardCharsets.ISO_8859_1);
    }
    return strings;
  }

  /** The name of a struct by its number; empty for a number that there is not. */
  String name(int struct) {
    return struct >= 0 && struct < structs.length ? types[structs[struct][0]] : "";
  }

  /** The field at a path such as {@code r.im_format.imtype} in a struct. */
  private @Nullable Field field(String struct, String path) {
    String key = struct + ' ' + path;
    if (found.containsKey(key)) {
      return found.get(key);
    }
    Field field = search(struct, path);
    found.put(key, field);
    return field;
  }

  private @Nullable Field search(String struct, String path) {
    int offset = 0;
    String inside = struct;
    Field last = null;
    for (String part : path.split("\\.", -1)) {
      if (last != null && last.pointer()) {
        return null;
      }
      last = direct(inside, part);
      if (last == null) {
        return null;
      }
      offset += last.offset();
      inside = last.type();
    }
    return last == null ? null : new Field(offset, last.type(), last.pointer(), last.length());
  }

  private @Nullable Field direct(String struct, String name) {
    Integer number = byName.get(struct);
    if (number == null) {
      return null;
    }
    int[] fields = structs[number];
    long offset = 0;
    for (int at = 1; at < fields.length; at += 2) {
      String declared = names[fields[at + 1]];
      boolean pointer = declared.startsWith("*") || declared.startsWith("(*");
      long length = (pointer ? pointerBytes : typeLengths[fields[at]]) * elements(declared);
      if (bare(declared).equals(name)) {
        return new Field((int) offset, types[fields[at]], pointer, (int) length);
      }
      offset += length;
      if (offset > LARGEST_STRUCT) {
        return null;
      }
    }
    return null;
  }

  /** {@code name} of {@code *name}, {@code name[4][4]} and {@code (*name)()}. */
  private static String bare(String declared) {
    int from = 0;
    while (from < declared.length() && "(*".indexOf(declared.charAt(from)) >= 0) {
      from++;
    }
    int to = from;
    while (to < declared.length() && "[)".indexOf(declared.charAt(to)) < 0) {
      to++;
    }
    return declared.substring(from, to);
  }

  private static long elements(String declared) {
    long elements = 1;
    int at = declared.indexOf('[');
    while (at >= 0) {
      int end = declared.indexOf(']', at);
      if (end < 0 || end - at > 8) {
        throw damaged();
      }
      try {
        elements *= Integer.parseInt(declared, at + 1, end, 10);
      } catch (NumberFormatException e) {
        throw damaged();
      }
      if (elements < 0 || elements > LARGEST_STRUCT) {
        throw damaged();
      }
      at = declared.indexOf('[', end);
    }
    return elements;
  }

  /** A number field as a whole number; {@code absent} if the file's structs have it not. */
  long whole(ByteBuffer data, String struct, String path, long absent) {
    Field field = field(struct, path);
    if (field == null || field.pointer()) {
      return absent;
    }
    int at = field.offset();
    return switch (field.type()) {
      case "char", "int8_t" -> fits(data, at, 1) ? data.get(at) : absent;
      case "uchar", "uint8_t" -> fits(data, at, 1) ? Byte.toUnsignedInt(data.get(at)) : absent;
      case "short" -> fits(data, at, 2) ? data.getShort(at) : absent;
      case "ushort" -> fits(data, at, 2) ? Short.toUnsignedInt(data.getShort(at)) : absent;
      case "int", "int32_t" -> fits(data, at, 4) ? data.getInt(at) : absent;
      case "float" -> fits(data, at, 4) ? (long) data.getFloat(at) : absent;
      default -> absent;
    };
  }

  /** A field of single precision. */
  double real(ByteBuffer data, String struct, String path, double absent) {
    Field field = field(struct, path);
    return field != null
            && !field.pointer()
            && field.type().equals("float")
            && fits(data, field.offset(), 4)
        ? data.getFloat(field.offset())
        : absent;
  }

  /** The address in a pointer field; 0: it points nowhere, or there is none. */
  long address(ByteBuffer data, String struct, String path) {
    Field field = field(struct, path);
    if (field == null || !field.pointer() || !fits(data, field.offset(), pointerBytes)) {
      return 0;
    }
    return pointerBytes == 8
        ? data.getLong(field.offset())
        : Integer.toUnsignedLong(data.getInt(field.offset()));
  }

  /** The text in a field; null if the file's structs have it not. */
  @Nullable String text(ByteBuffer data, String struct, String path) {
    Field field = field(struct, path);
    if (field == null || field.pointer() || !field.type().equals("char")) {
      return null;
    }
    int from = field.offset();
    int to = Math.min(data.limit(), from + field.length());
    if (from >= to) {
      return null;
    }
    int end = from;
    while (end < to && data.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - from];
    data.get(from, bytes);
    return decode(bytes, StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1);
  }

  /** Files from before 2.5 may hold names in the letters of one country. */
  private static String decode(byte[] bytes, Charset first, Charset second) {
    try {
      return first.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, second);
    }
  }

  private static boolean fits(ByteBuffer data, int at, int bytes) {
    return at >= 0 && at + bytes <= data.limit();
  }
}

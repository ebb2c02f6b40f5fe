package blenderer.blendfile;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes a small .blend of any kind, as Blender would on a computer of that kind. */
final class MadeBlend {

  /**
   * A kind of file.
   *
   * @param version as in the header, such as 304
   * @param wide the heads of 5.0 and later
   */
  record Kind(ByteOrder order, int pointer, int version, boolean wide) {

    static Kind legacy(int version) {
      return new Kind(ByteOrder.LITTLE_ENDIAN, 8, version, false);
    }

    static Kind five() {
      return new Kind(ByteOrder.LITTLE_ENDIAN, 8, 500, true);
    }
  }

  /** The struct's name, its size without pointers counted, and its fields: type and name each. */
  private record Struct(String name, List<String> fields) {}

  private static final List<Struct> STRUCTS =
      List.of(
          new Struct("ID", List.of("void", "*next", "char", "name[66]", "short", "flag")),
          new Struct(
              "ImageFormatData", List.of("char", "imtype", "char", "depth", "short", "pad[3]")),
          new Struct(
              "RenderData",
              List.of(
                  "ImageFormatData",
                  "im_format",
                  "int",
                  "sfra",
                  "int",
                  "efra",
                  "int",
                  "frame_step",
                  "short",
                  "frs_sec",
                  "short",
                  "size",
                  "float",
                  "frs_sec_base",
                  "int",
                  "xsch",
                  "int",
                  "ysch",
                  "char",
                  "engine[32]",
                  "char",
                  "pic[64]")),
          new Struct("Object", List.of("ID", "id")),
          new Struct(
              "Scene",
              List.of("ID", "id", "Object", "*camera", "void", "(*update)()", "RenderData", "r")),
          new Struct(
              "TimeMarker",
              List.of("TimeMarker", "*next", "int", "frame", "int", "flag", "Object", "*camera")),
          new Struct("ViewLayer", List.of("ViewLayer", "*next", "char", "name[64]", "int", "flag")),
          new Struct("Library", List.of("ID", "id", "char", "name[1024]")),
          new Struct("FileGlobal", List.of("int", "version", "int", "pad", "Scene", "*curscene")));

  private static final List<String> TYPES = List.of("char", "short", "int", "float", "void");

  final Kind kind;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  MadeBlend(Kind kind) {
    this.kind = kind;
    String header =
        kind.wide()
            ? "BLENDER17-01v%04d".formatted(kind.version())
            : "BLENDER%s%s%d"
                .formatted(
                    kind.pointer() == 8 ? "-" : "_",
                    kind.order() == ByteOrder.LITTLE_ENDIAN ? "v" : "V",
                    kind.version());
    raw(header.getBytes(StandardCharsets.US_ASCII));
  }

  MadeBlend raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** The head of a block that claims {@code length} bytes. */
  MadeBlend head(String code, long length, long address, int struct) {
    ByteBuffer head =
        ByteBuffer.allocate(kind.wide() ? 32 : 16 + kind.pointer()).order(kind.order());
    // A code of two letters is a number of 16 bits: it stands last on big-endian computers.
    byte[] letters = code.getBytes(StandardCharsets.US_ASCII);
    boolean last = kind.order() == ByteOrder.BIG_ENDIAN && letters.length == 2;
    head.put(last ? 2 : 0, letters);
    if (kind.wide()) {
      head.putInt(4, struct).putLong(8, address).putLong(16, length).putLong(24, 1);
    } else {
      head.putInt(4, (int) length);
      if (kind.pointer() == 8) {
        head.putLong(8, address);
      } else {
        head.putInt(8, (int) address);
      }
      head.putInt(8 + kind.pointer(), struct).putInt(12 + kind.pointer(), 1);
    }
    return raw(head.array());
  }

  MadeBlend block(String code, long address, int struct, byte[] data) {
    return head(code, data.length, address, struct).raw(data);
  }

  MadeBlend range(int start, int end, String scene) {
    ByteBuffer data = ByteBuffer.allocate(72).order(kind.order());
    data.putInt(start).putInt(end).put(scene.getBytes(StandardCharsets.UTF_8));
    return block("REND", 1, 0, data.array());
  }

  MadeBlend current(long scene) {
    return block(
        "GLOB",
        2,
        number("FileGlobal"),
        build(buffer -> pointer(buffer.putInt(0).putInt(0), scene)));
  }

  MadeBlend scene(long address, String name, int start, int end, long camera) {
    return block(
        "SC",
        address,
        number("Scene"),
        build(
            data -> {
              id(data, "SC" + name);
              pointer(data, camera);
              pointer(data, 0);
              data.put((byte) 23).put((byte) 16).putShort((short) 0).putShort((short) 0);
              data.putShort((short) 0);
              data.putInt(start).putInt(end).putInt(2);
              data.putShort((short) 30).putShort((short) 50).putFloat(1.001f);
              data.putInt(1920).putInt(1080);
              text(data, "CYCLES", 32);
              text(data, "//out/shot_####", 64);
            }));
  }

  MadeBlend layer(String name, boolean renders) {
    return block(
        "DATA",
        77,
        number("ViewLayer"),
        build(
            data -> {
              // Points to itself, as a file that wants a reader to go in circles would.
              pointer(data, 77);
              text(data, name, 64);
              data.putInt(renders ? 1 : 0);
            }));
  }

  MadeBlend marker(long camera) {
    return block(
        "DATA",
        78,
        number("TimeMarker"),
        build(
            data -> {
              pointer(data, 78);
              data.putInt(5).putInt(0);
              pointer(data, camera);
            }));
  }

  MadeBlend object(long address, String name) {
    return block("OB", address, number("Object"), build(data -> id(data, "OB" + name)));
  }

  MadeBlend library(String path) {
    return block(
        "LI",
        99,
        number("Library"),
        build(
            data -> {
              id(data, "LIlibrary");
              text(data, path, 1024);
            }));
  }

  /** The struct description. */
  MadeBlend description() {
    return block("DNA1", 3, 0, descriptionBytes());
  }

  byte[] descriptionBytes() {
    List<String> types = new ArrayList<>(TYPES);
    STRUCTS.forEach(struct -> types.add(struct.name()));
    List<String> names = new ArrayList<>();
    for (Struct struct : STRUCTS) {
      for (int i = 1; i < struct.fields().size(); i += 2) {
        if (!names.contains(struct.fields().get(i))) {
          names.add(struct.fields().get(i));
        }
      }
    }
    return build(
        data -> {
          tag(data, "SDNA");
          tag(data, "NAME");
          strings(data, names);
          tag(data, "TYPE");
          strings(data, types);
          tag(data, "TLEN");
          for (String type : types) {
            data.putShort((short) size(type));
          }
          tag(data, "STRC");
          data.putInt(STRUCTS.size());
          for (Struct struct : STRUCTS) {
            data.putShort((short) types.indexOf(struct.name()));
            data.putShort((short) (struct.fields().size() / 2));
            for (int i = 0; i < struct.fields().size(); i += 2) {
              data.putShort((short) types.indexOf(struct.fields().get(i)));
              data.putShort((short) names.indexOf(struct.fields().get(i + 1)));
            }
          }
        });
  }

  MadeBlend end() {
    return head("ENDB", 0, 0, 0);
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** A whole file: two scenes, the second active, a camera, a marker, layers, a library. */
  static byte[] whole(Kind kind) {
    return new MadeBlend(kind)
        .range(1, 250, "Second")
        .current(0x2000)
        .scene(0x1000, "First", -5, 7, 0)
        .marker(0x4000)
        .scene(0x2000, "Second", 1, 250, 0x4000)
        .layer("ViewLayer", true)
        .layer("off", false)
        .object(0x3000, "Cube")
        .object(0x4000, "Kamera")
        .library("//props/tree.blend")
        .description()
        .end()
        .bytes();
  }

  // The layout of one struct after the other.

  private static int number(String struct) {
    for (int i = 0; i < STRUCTS.size(); i++) {
      if (STRUCTS.get(i).name().equals(struct)) {
        return i;
      }
    }
    throw new AssertionError(struct);
  }

  private int size(String type) {
    return switch (type) {
      case "char" -> 1;
      case "short" -> 2;
      case "int", "float" -> 4;
      case "void" -> 0;
      default -> {
        List<String> fields = STRUCTS.get(number(type)).fields();
        int size = 0;
        for (int i = 0; i < fields.size(); i += 2) {
          String name = fields.get(i + 1);
          int from = name.indexOf('[');
          int elements =
              from < 0 ? 1 : Integer.parseInt(name.substring(from + 1, name.length() - 1));
          boolean pointer = name.startsWith("*") || name.startsWith("(");
          size += pointer ? kind.pointer() : elements * size(fields.get(i));
        }
        yield size;
      }
    };
  }

  private byte[] build(java.util.function.Consumer<ByteBuffer> writer) {
    ByteBuffer data = ByteBuffer.allocate(8192).order(kind.order());
    writer.accept(data);
    byte[] bytes = new byte[data.position()];
    data.get(0, bytes);
    return bytes;
  }

  private void id(ByteBuffer data, String name) {
    pointer(data, 0);
    text(data, name, 66);
    data.putShort((short) 0);
  }

  private void pointer(ByteBuffer data, long address) {
    if (kind.pointer() == 8) {
      data.putLong(address);
    } else {
      data.putInt((int) address);
    }
  }

  private static void text(ByteBuffer data, String text, int room) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int at = data.position();
    data.put(bytes).position(at + room);
  }

  private static void tag(ByteBuffer data, String tag) {
    data.position((data.position() + 3) & ~3);
    data.put(tag.getBytes(StandardCharsets.US_ASCII));
  }

  private static void strings(ByteBuffer data, List<String> strings) {
    data.putInt(strings.size());
    for (String string : strings) {
      data.put(string.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    }
  }

  static byte[] gzip(byte[] bytes) {
    try {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (var gzip = new java.util.zip.GZIPOutputStream(packed)) {
        gzip.write(bytes);
      }
      return packed.toByteArray();
    } catch (java.io.IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Frames of so many bytes each, and a frame to be skipped at the end, as Blender writes it. */
  static byte[] zstd(byte[] bytes, int each) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += each) {
      int to = Math.min(bytes.length, at + each);
      packed.writeBytes(
          com.github.luben.zstd.Zstd.compress(java.util.Arrays.copyOfRange(bytes, at, to)));
    }
    ByteBuffer table = ByteBuffer.allocate(8 + 9).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(0x184D2A5E).putInt(9).putInt(0).put((byte) 0).putInt(0x8F92EAB1);
    packed.writeBytes(table.array());
    return packed.toByteArray();
  }
}

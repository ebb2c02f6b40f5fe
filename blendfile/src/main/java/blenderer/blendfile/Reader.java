package blenderer.blendfile;

import blenderer.blendfile.Look.Layer;
import blenderer.blendfile.Look.Scene;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the blocks once and keeps the beginnings of the few that matter; what they mean is
 * known at the end, with the struct description. The order of blocks is Blender's, not relied upon,
 * except that what belongs to a scene follows it.
 */
final class Reader {

  private static final int MOST_OF_SCENE = 64 * 1024;

  /** A view layer's, a render layer's or a marker's fields that are asked for lie within. */
  private static final int MOST_OF_PART = 256;

  private static final int MOST_OF_LIBRARY = 4096;

  /** The beginning that every data-block has in common, with the name. */
  private static final int MOST_OF_ID = 384;

  private static final int MOST_OF_GLOBAL = 2048;
  private static final int PARTS_OF_A_SCENE = 4096;

  /** The beginning of a block. */
  private record Kept(long address, int struct, ByteBuffer data) {}

  /** A scene and the data that follows it. */
  private record KeptScene(Kept block, List<Kept> parts) {}

  /** What a REND block says. */
  private record Range(int start, int end, String scene) {}

  private final Bounded in;
  private final Look.Packing packing;
  private final Limits limits;
  private final Blocks blocks;

  private final List<KeptScene> scenes = new ArrayList<>();
  private final List<Kept> libraries = new ArrayList<>();

  /** Objects and placeholders of linked data by their address, for the camera's name. */
  private final Map<Long, ByteBuffer> named = new HashMap<>();

  private final List<Range> ranges = new ArrayList<>();
  private @Nullable Kept global;
  private @Nullable ByteBuffer description;
  private long objects;
  private long kept;
  private boolean whole = true;

  Reader(Bounded in, Look.Packing packing, Limits limits) throws IOException {
    this.in = in;
    this.packing = packing;
    this.limits = limits;
    this.blocks = new Blocks(in);
  }

  Look read() throws IOException {
    try {
      walk();
    } catch (DamagedException e) {
      if (!in.reached()) {
        throw e;
      }
    }
    whole &= !in.reached();
    if (description != null) {
      return facts(new StructTable(description, blocks.pointer()));
    }
    if (whole) {
      throw new DamagedException("is cut off: the description of what it holds is missing");
    }
    return facts(null);
  }

  private void walk() throws IOException {
    KeptScene scene = null;
    for (long count = 0; blocks.next(); count++) {
      if (count >= limits.mostBlocks()) {
        whole = false;
        return;
      }
      switch (blocks.code) {
        case "DATA" -> {
          if (scene != null && scene.parts().size() < PARTS_OF_A_SCENE) {
            Kept part = keep(MOST_OF_PART);
            if (part != null) {
              scene.parts().add(part);
            }
          }
        }
        case "SC" -> {
          Kept block = keep(MOST_OF_SCENE);
          scene = block == null ? null : new KeptScene(block, new ArrayList<>());
          if (scene != null) {
            scenes.add(scene);
          }
        }
        case "OB" -> {
          scene = null;
          objects++;
          keepName();
        }
        case "ID" -> {
          scene = null;
          keepName();
        }
        case "LI" -> {
          scene = null;
          Kept library = libraries.size() < limits.mostLibraries() ? keep(MOST_OF_LIBRARY) : null;
          if (library != null) {
            libraries.add(library);
          }
        }
        case "GLOB" -> global = keep(MOST_OF_GLOBAL);
        case "REND" -> keepRange();
        case "DNA1" -> {
          scene = null;
          if (blocks.length > limits.mostDescription()) {
            throw new DamagedException(
                "is damaged: its description of what it holds is larger than any");
          }
          description = blocks.read(limits.mostDescription());
        }
        default -> scene = null;
      }
    }
  }

  /** The beginning of the block, or null when enough is kept already. */
  private @Nullable Kept keep(int most) throws IOException {
    if (kept >= limits.mostKept()) {
      whole = false;
      return null;
    }
    ByteBuffer data = blocks.read(most);
    // A record, a buffer and a place in a list are memory, too.
    kept += data.limit() + 128;
    return new Kept(blocks.address, blocks.struct, data);
  }

  private void keepName() throws IOException {
    // Half of what may be kept: a name more or less does not matter, a scene does.
    if (kept < limits.mostKept() / 2) {
      Kept block = keep(MOST_OF_ID);
      if (block != null) {
        named.put(block.address(), block.data());
      }
    }
  }

  private void keepRange() throws IOException {
    if (blocks.length >= 9 && ranges.size() < PARTS_OF_A_SCENE) {
      ByteBuffer data = blocks.read(MOST_OF_PART);
      int end = 8;
      while (end < data.limit() && data.get(end) != 0) {
        end++;
      }
      byte[] name = new byte[end - 8];
      data.get(8, name);
      ranges.add(
          new Range(data.getInt(0), data.getInt(4), new String(name, StandardCharsets.UTF_8)));
    }
  }

  private Look.Facts facts(@Nullable StructTable table) {
    List<Scene> told = new ArrayList<>();
    String active = ranges.isEmpty() ? "" : ranges.getFirst().scene();
    if (table == null) {
      for (Range range : ranges) {
        told.add(rangeOnly(range));
      }
    } else {
      long current = global == null ? 0 : table.address(global.data(), "FileGlobal", "curscene");
      for (KeptScene scene : scenes) {
        Scene one = scene(table, scene);
        told.add(one);
        if (current != 0 && scene.block().address() == current) {
          active = one.name();
        }
      }
    }
    return new Look.Facts(
        blocks.version / 100,
        blocks.version % 100,
        packing,
        blocks.pointer(),
        blocks.order() == ByteOrder.BIG_ENDIAN,
        whole,
        active.isEmpty() && !told.isEmpty() ? told.getFirst().name() : active,
        told,
        objects,
        table == null ? List.of() : libraryPaths(table));
  }

  private static Scene rangeOnly(Range range) {
    return new Scene(
        range.scene(),
        range.start(),
        range.end(),
        1,
        0,
        0,
        0,
        100,
        "",
        "",
        false,
        "",
        "",
        false,
        List.of());
  }

  private List<String> libraryPaths(StructTable table) {
    List<String> paths = new ArrayList<>();
    for (Kept library : libraries) {
      // Called "name" in the file until far into 4.x.
      String path = table.text(library.data(), "Library", "filepath");
      path = path == null ? table.text(library.data(), "Library", "name") : path;
      if (path != null && !path.isEmpty()) {
        paths.add(path);
      }
    }
    return paths;
  }

  private Scene scene(StructTable table, KeptScene scene) {
    ByteBuffer data = scene.block().data();
    List<Layer> layers = new ArrayList<>();
    boolean markerCameras = false;
    for (Kept part : scene.parts()) {
      switch (table.name(part.struct())) {
        case "ViewLayer" -> layers.add(layer(table, part, "ViewLayer", "flag", 1, 1));
        case "SceneRenderLayer" ->
            layers.add(layer(table, part, "SceneRenderLayer", "layflag", 1 << 16, 0));
        case "TimeMarker" ->
            markerCameras |= table.address(part.data(), "TimeMarker", "camera") != 0;
        default -> {}
      }
    }
    int format = (int) table.whole(data, "Scene", "r.im_format.imtype", -1);
    if (format < 0) {
      format = (int) table.whole(data, "Scene", "r.imtype", -1);
    }
    double base = table.real(data, "Scene", "r.frs_sec_base", 1);
    double fps = table.whole(data, "Scene", "r.frs_sec", 0) / (base > 0 ? base : 1);
    return new Scene(
        name(table.text(data, "Scene", "id.name")),
        (int) table.whole(data, "Scene", "r.sfra", 1),
        (int) table.whole(data, "Scene", "r.efra", 1),
        (int) Math.max(1, table.whole(data, "Scene", "r.frame_step", 1)),
        fps,
        size(table.whole(data, "Scene", "r.xsch", 0)),
        size(table.whole(data, "Scene", "r.ysch", 0)),
        size(table.whole(data, "Scene", "r.size", 100)),
        engine(table, data),
        camera(table, table.address(data, "Scene", "camera")),
        markerCameras,
        orEmpty(table.text(data, "Scene", "r.pic")),
        OutputFormat.name(format),
        OutputFormat.isMovie(format),
        layers);
  }

  private static Layer layer(
      StructTable table, Kept part, String struct, String flags, int bit, int renders) {
    long flag = table.whole(part.data(), struct, flags, renders == 1 ? bit : 0);
    String name = orEmpty(table.text(part.data(), struct, "name"));
    return new Layer(name, ((flag & bit) != 0) == (renders == 1));
  }

  /** Before 2.5 there was one engine, and no field for its name. */
  private static String engine(StructTable table, ByteBuffer data) {
    String engine = table.text(data, "Scene", "r.engine");
    return engine == null || engine.isEmpty() ? "BLENDER_RENDER" : engine;
  }

  private @Nullable String camera(StructTable table, long address) {
    if (address == 0) {
      return null;
    }
    ByteBuffer data = named.get(address);
    return data == null ? "" : name(table.text(data, "ID", "name"));
  }

  /** A data-block's name without the two letters of its type. */
  private static String name(@Nullable String withType) {
    return withType == null || withType.length() < 2 ? "" : withType.substring(2);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static int size(long number) {
    return (int) Math.clamp(number, 0, 1 << 20);
  }
}

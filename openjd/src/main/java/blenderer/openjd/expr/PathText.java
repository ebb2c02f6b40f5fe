package blenderer.openjd.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A path taken apart (§2.3), as Python's {@code PurePosixPath} and {@code PureWindowsPath} do it; a
 * URI keeps every slash and dot it has.
 *
 * @param anchor what stands before the first name: {@code /}, {@code C:\}, {@code s3://bucket};
 *     empty: relative
 * @param names the rest, from the outermost folder
 */
record PathText(Kind kind, String anchor, List<String> names) {

  enum Kind {
    POSIX,
    WINDOWS,
    URI
  }

  private static final Pattern URI_START = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*+://");

  PathText {
    names = List.copyOf(names);
  }

  static boolean isUri(String text) {
    return URI_START.matcher(text).lookingAt();
  }

  static PathText of(String text, PathFlavour flavour) {
    if (isUri(text)) {
      int slash = text.indexOf('/', text.indexOf("://") + 3);
      return slash < 0
          ? new PathText(Kind.URI, text, List.of())
          : new PathText(
              Kind.URI,
              text.substring(0, slash),
              List.of(text.substring(slash + 1).split("/", -1)));
    }
    return flavour == PathFlavour.WINDOWS ? windows(text.replace('/', '\\')) : posix(text);
  }

  private static PathText posix(String text) {
    boolean two = text.startsWith("//") && !text.startsWith("///");
    String anchor = two ? "//" : text.startsWith("/") ? "/" : "";
    return new PathText(Kind.POSIX, anchor, names(text, '/'));
  }

  private static PathText windows(String text) {
    String anchor = "";
    int start = 0;
    if (text.startsWith("\\\\")) {
      int server = text.indexOf('\\', 2);
      int share = server < 0 ? -1 : text.indexOf('\\', server + 1);
      start = share < 0 ? text.length() : share;
      anchor = text.substring(0, start) + "\\";
    } else if (text.length() > 1 && text.charAt(1) == ':') {
      boolean rooted = text.startsWith("\\", 2);
      start = rooted ? 3 : 2;
      anchor = text.substring(0, start);
    } else if (text.startsWith("\\")) {
      anchor = "\\";
    }
    return new PathText(Kind.WINDOWS, anchor, names(text.substring(start), '\\'));
  }

  private static List<String> names(String text, char separator) {
    List<String> names = new ArrayList<>();
    for (String name : text.split(separator == '/' ? "/" : "\\\\", -1)) {
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names;
  }

  private String separator() {
    return kind == Kind.WINDOWS ? "\\" : "/";
  }

  String text() {
    String rest = String.join(separator(), names);
    if (kind == Kind.URI) {
      return names.isEmpty() ? anchor : anchor + "/" + rest;
    }
    return anchor.isEmpty() && names.isEmpty() ? "." : anchor + rest;
  }

  List<String> parts() {
    List<String> parts = new ArrayList<>();
    if (!anchor.isEmpty()) {
      parts.add(anchor);
    }
    parts.addAll(names);
    return parts;
  }

  String name() {
    return names.isEmpty() ? "" : names.getLast();
  }

  /** Where the last suffix of a name starts; its end when it has none. */
  static int suffixAt(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 && dot < name.length() - 1 ? dot : name.length();
  }

  List<String> suffixes() {
    String name = name();
    if (name.endsWith(".")) {
      return List.of();
    }
    int start = 0;
    while (start < name.length() && name.charAt(start) == '.') {
      start++;
    }
    List<String> suffixes = new ArrayList<>();
    String[] pieces = name.substring(start).split("\\.", -1);
    for (int i = 1; i < pieces.length; i++) {
      suffixes.add("." + pieces[i]);
    }
    return suffixes;
  }

  PathText parent() {
    return names.isEmpty() ? this : new PathText(kind, anchor, names.subList(0, names.size() - 1));
  }

  PathText withName(String name) {
    List<String> changed = new ArrayList<>(names);
    changed.set(changed.size() - 1, name);
    return new PathText(kind, anchor, changed);
  }

  boolean isAbsolute() {
    return switch (kind) {
      case URI -> true;
      case POSIX -> !anchor.isEmpty();
      case WINDOWS -> anchor.endsWith("\\") && anchor.length() > 1;
    };
  }

  /** What {@code child} means seen from here. */
  PathText join(PathText child) {
    if (child.kind == Kind.URI || (kind == Kind.URI && !child.anchor.isEmpty())) {
      return child;
    }
    String start = anchor;
    List<String> all = new ArrayList<>(names);
    if (kind == Kind.URI) {
      // The slash at the end of a folder's URI is the one before the child.
      if (!all.isEmpty() && all.getLast().isEmpty()) {
        all.removeLast();
      }
    } else if (!child.anchor.isEmpty()) {
      if (kind == Kind.POSIX || !continuesDrive(child.anchor)) {
        return child;
      }
      if (child.anchor.equals("\\")) {
        start = drive() + "\\";
        all.clear();
      }
    }
    all.addAll(child.names);
    return new PathText(kind, start, all);
  }

  private String drive() {
    return anchor.endsWith("\\") ? anchor.substring(0, anchor.length() - 1) : anchor;
  }

  /** Whether a Windows path goes on where this one is: from the drive's root, or in its folder. */
  private boolean continuesDrive(String other) {
    return other.equals("\\") || (!other.endsWith("\\") && other.equalsIgnoreCase(drive()));
  }

  boolean isInside(PathText other) {
    if (kind != other.kind || !same(anchor, other.anchor) || names.size() < other.names.size()) {
      return false;
    }
    // A URI's last slash belongs to no name.
    List<String> folders = other.withoutLastSlash().names;
    for (int i = 0; i < folders.size(); i++) {
      if (!same(names.get(i), folders.get(i))) {
        return false;
      }
    }
    return true;
  }

  private PathText withoutLastSlash() {
    return kind == Kind.URI && !names.isEmpty() && names.getLast().isEmpty() ? parent() : this;
  }

  private boolean same(String a, String b) {
    return kind == Kind.WINDOWS ? a.equalsIgnoreCase(b) : a.equals(b);
  }

  /** The rest of a path that {@link #isInside} another. */
  String below(PathText other) {
    List<String> rest = names.subList(other.withoutLastSlash().names.size(), names.size());
    return rest.isEmpty() ? "." : String.join(separator(), rest);
  }
}

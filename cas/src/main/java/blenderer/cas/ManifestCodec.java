package blenderer.cas;

import blenderer.model.Digest;
import blenderer.model.Manifest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Manifests as bytes, in one form only: {@code {"version":1,"files":[{"path":…,"digest":…,
 * "size":…}]}} in UTF-8, keys in this order, no white space, sorted by the bytes of the path. So
 * equal trees have equal digests, on every system.
 */
public final class ManifestCodec {

  private static final int VERSION = 1;

  /** Without the feature, characters beyond the first 65,536 become two escapes each. */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private ManifestCodec() {}

  /** The canonical bytes. */
  public static byte[] encode(Manifest manifest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 160 * manifest.files().size());
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeNumberField("version", VERSION);
      out.writeArrayFieldStart("files");
      for (Manifest.Entry file : manifest.files()) {
        out.writeStartObject();
        out.writeStringField("path", file.path());
        out.writeStringField("digest", file.digest().hex());
        out.writeNumberField("size", file.size());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /** The digest of the canonical bytes. */
  public static Digest digest(Manifest manifest) {
    return Digest.of(encode(manifest));
  }

  /**
   * Reads canonical bytes.
   *
   * @throws BadManifestException when {@code bytes} are anything else, or name a path that is not
   *     safe; the message names the path
   */
  public static Manifest decode(byte[] bytes) {
    Manifest manifest;
    try (JsonParser in = JSON.createParser(bytes)) {
      manifest = read(in);
    } catch (JsonProcessingException e) {
      throw bad("The manifest is not JSON as expected: " + e.getOriginalMessage() + ".");
    } catch (IllegalArgumentException e) {
      throw bad("The manifest cannot be used: " + e.getMessage() + ".");
    } catch (IOException e) {
      throw bad("The manifest is not UTF-8: " + e.getMessage() + ".");
    }
    // One form only: a second spelling of the same tree would have another digest.
    if (!Arrays.equals(encode(manifest), bytes)) {
      throw bad("The manifest is not in canonical form (key order, white space or sorting).");
    }
    return manifest;
  }

  private static Manifest read(JsonParser in) throws IOException {
    expect(in, JsonToken.START_OBJECT, "an object");
    key(in, "version");
    expect(in, JsonToken.VALUE_NUMBER_INT, "a whole number as version");
    if (!in.getText().equals(Integer.toString(VERSION))) {
      throw new BadManifestException(
          "manifest-version",
          "The manifest has version "
              + shorten(in.getText())
              + ", this program reads "
              + VERSION
              + "; update the older one.");
    }
    key(in, "files");
    expect(in, JsonToken.START_ARRAY, "a list of files");
    List<Manifest.Entry> files = new ArrayList<>();
    while (in.nextToken() == JsonToken.START_OBJECT) {
      files.add(readFile(in, files.size()));
    }
    if (in.currentToken() != JsonToken.END_ARRAY) {
      throw bad("The manifest's list of files holds something that is no file.");
    }
    expect(in, JsonToken.END_OBJECT, "nothing after the list of files");
    if (in.nextToken() != null) {
      throw bad("Something follows the manifest.");
    }
    return new Manifest(files);
  }

  private static Manifest.Entry readFile(JsonParser in, int number) throws IOException {
    String where = "file " + (number + 1) + " of the manifest";
    try {
      key(in, "path");
      expect(in, JsonToken.VALUE_STRING, "a text as path");
      String path = in.getText();
      where = "'" + shorten(path) + "' in the manifest";
      key(in, "digest");
      expect(in, JsonToken.VALUE_STRING, "a text as digest");
      String digest = in.getText();
      if (!Digest.isValid(digest)) {
        throw new IllegalArgumentException(
            "64 lower-case hexadecimal digits were expected as digest");
      }
      key(in, "size");
      expect(in, JsonToken.VALUE_NUMBER_INT, "a whole number as size");
      long size = in.getLongValue();
      expect(in, JsonToken.END_OBJECT, "nothing after the size");
      return new Manifest.Entry(path, new Digest(digest), size);
    } catch (JsonProcessingException e) {
      throw bad("Cannot read " + where + ": " + e.getOriginalMessage() + ".");
    } catch (IllegalArgumentException e) {
      throw bad("Cannot use " + where + ": " + e.getMessage() + ".");
    }
  }

  private static void key(JsonParser in, String name) throws IOException {
    if (in.nextToken() != JsonToken.FIELD_NAME || !in.currentName().equals(name)) {
      throw new IllegalArgumentException("the key \"" + name + "\" was expected");
    }
  }

  private static void expect(JsonParser in, JsonToken token, String what) throws IOException {
    if (in.nextToken() != token) {
      throw new IllegalArgumentException(what + " was expected");
    }
  }

  private static String shorten(String text) {
    return text.length() > 120 ? text.substring(0, 120) + "…" : text;
  }

  private static BadManifestException bad(String message) {
    return new BadManifestException("manifest-invalid", message);
  }
}

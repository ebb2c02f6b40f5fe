package blenderer.openjd;

import java.util.Set;

/**
 * The bounds of the specification, which depend on the revision and the extensions a template
 * declares. Lengths are in Unicode code points. Bounds that no extension moves stand with the code
 * that checks them.
 *
 * @param jobName of a job's resolved name
 * @param name of step and environment names
 * @param identifier of names that format strings refer to
 * @param filename of an embedded file's file name
 * @param jobParameters how many a job template may define
 */
record Limits(int jobName, int name, int identifier, int filename, int jobParameters) {

  private static final Limits BASE = new Limits(128, 64, 64, 64, 50);
  private static final Limits FEATURE_BUNDLE_1 = new Limits(512, 512, 512, 256, 200);

  static Limits of(Set<String> extensions) {
    return extensions.contains(Extensions.FEATURE_BUNDLE_1) ? FEATURE_BUNDLE_1 : BASE;
  }
}

package blenderer.app;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from the jar's manifest; "development" when run from class files. */
final class BuildVersion implements IVersionProvider {
  static String text() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return "blenderer " + (version == null ? "development" : version);
  }

  @Override
  public String[] getVersion() {
    return new String[] {text(), "Java " + Runtime.version()};
  }
}

package blenderer.server.backup;

import blenderer.server.trust.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A farm whose certificate is the administrator's own: a bucket is told by it whose it is. */
final class OwnCertificate {

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The server's --tls-cert, if it has one and the files go to a bucket.")
  private @Nullable Path certificate;

  @Nullable String farm(CommandLine line) {
    if (certificate == null) {
      return null;
    }
    try {
      return Authority.fingerprintOfOwn(Files.readString(certificate));
    } catch (IOException e) {
      throw new CommandLine.ParameterException(
          line, "--tls-cert: " + certificate + " cannot be read: " + e, e);
    }
  }
}

package blenderer.server;

import blenderer.model.Digest;
import blenderer.server.http.TestHttp;
import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Holds what goes over the wire against openapi.yaml. */
final class Contract {

  /** Operations ({@code "GET /v1/jobs"}) whose success was seen and checked in this process. */
  static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

  private static final String EMPTY = Digest.of(new byte[0]).hex();
  private static final OpenApiInteractionValidator VALIDATOR =
      OpenApiInteractionValidator.createFor(file().toUri().toString()).build();

  private Contract() {}

  static Path file() {
    Path here = Path.of("").toAbsolutePath();
    Path file = here.resolve("api/openapi.yaml");
    return Files.exists(file) ? file : here.resolve("../api/openapi.yaml").normalize();
  }

  /** Checks an answer, and the request too if the server took it. */
  static void check(
      String method,
      String target,
      Map<String, String> headers,
      byte @Nullable [] body,
      TestHttp.Answer answer) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    Request.Method verb = Request.Method.valueOf(method);
    if (answer.status() < 400) {
      SimpleRequest.Builder request = new SimpleRequest.Builder(verb, path);
      headers.forEach(request::withHeader);
      if (question >= 0) {
        for (String pair : target.substring(question + 1).split("&", -1)) {
          int equals = pair.indexOf('=');
          request.withQueryParam(
              pair.substring(0, equals),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
      if (body != null) {
        request.withBody(body);
      }
      report(method + " " + target, VALIDATOR.validateRequest(request.build()));
      SEEN.add(method + " " + path);
    }
    SimpleResponse.Builder response = SimpleResponse.Builder.status(answer.status());
    answer.headers().forEach(response::withHeader);
    if (answer.body().length > 0) {
      response.withBody(answer.body());
    } else if (path.endsWith(EMPTY) && method.equals("GET")) {
      // The validator takes an empty body for none.
      return;
    }
    report(
        method + " " + target + " -> " + answer,
        VALIDATOR.validateResponse(path, verb, response.build()));
  }

  private static void report(String what, ValidationReport report) {
    if (report.hasErrors()) {
      throw new AssertionError(what + " is not as openapi.yaml says: " + report.getMessages());
    }
  }
}

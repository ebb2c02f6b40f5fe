package blenderer.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An exchange seen through something: all that is not overridden goes to the one below. */
public abstract class ExchangeView implements Exchange {

  private final Exchange below;

  protected ExchangeView(Exchange below) {
    this.below = below;
  }

  @Override
  public String method() {
    return below.method();
  }

  @Override
  public String path() {
    return below.path();
  }

  @Override
  public String rawQuery() {
    return below.rawQuery();
  }

  @Override
  public String param(String name) {
    return below.param(name);
  }

  @Override
  public Optional<String> query(String name) {
    return below.query(name);
  }

  @Override
  public Map<String, List<String>> headers() {
    return below.headers();
  }

  @Override
  public Optional<String> header(String name) {
    return below.header(name);
  }

  @Override
  public String peer() {
    return below.peer();
  }

  @Override
  public long length() {
    return below.length();
  }

  @Override
  public InputStream body() {
    return below.body();
  }

  @Override
  public byte[] jsonBytes() throws IOException {
    return below.jsonBytes();
  }

  @Override
  public void answerHeader(String name, String value) {
    below.answerHeader(name, value);
  }

  @Override
  public void send(int status, String type, byte[] body) throws IOException {
    below.send(status, type, body);
  }

  @Override
  public OutputStream stream(int status, String type, long length) throws IOException {
    return below.stream(status, type, length);
  }
}

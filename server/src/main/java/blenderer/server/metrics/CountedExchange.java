package blenderer.server.metrics;

import blenderer.server.http.Exchange;
import blenderer.server.http.ExchangeView;
import io.micrometer.core.instrument.Counter;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** An exchange whose bodies are counted, in bytes. */
final class CountedExchange extends ExchangeView {

  private final Counter received;
  private final Counter sent;

  CountedExchange(Exchange below, Counter received, Counter sent) {
    super(below);
    this.received = received;
    this.sent = sent;
  }

  @Override
  public InputStream body() {
    return new FilterInputStream(super.body()) {
      @Override
      public int read() throws IOException {
        int one = super.read();
        received.increment(one < 0 ? 0 : 1);
        return one;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        received.increment(Math.max(0, count));
        return count;
      }
    };
  }

  @Override
  public byte[] jsonBytes() throws IOException {
    byte[] bytes = super.jsonBytes();
    received.increment(bytes.length);
    return bytes;
  }

  @Override
  public void send(int status, String type, byte[] body) throws IOException {
    super.send(status, type, body);
    if (!method().equals("HEAD")) {
      sent.increment(body.length);
    }
  }

  @Override
  public OutputStream stream(int status, String type, long length) throws IOException {
    OutputStream below = super.stream(status, type, length);
    if (method().equals("HEAD")) {
      return below;
    }
    return new FilterOutputStream(below) {
      @Override
      public void write(int one) throws IOException {
        out.write(one);
        sent.increment();
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        sent.increment(length);
      }
    };
  }
}

package dev.parley.gateway.monitor;

import io.micrometer.core.instrument.Counter;

/** What compression of WebSocket messages saves. Callable from any thread. */
public final class CompressionMetrics {

  private final Way out;
  private final Way in;

  private record Way(Counter messages, Counter text, Counter wire) {
    void count(int textBytes, int wireBytes) {
      messages.increment();
      text.increment(textBytes);
      wire.increment(wireBytes);
    }
  }

  CompressionMetrics(Meters meters) {
    out =
        new Way(
            meters.counter(
                "parley_deflated_messages_total", "Messages that were compressed for a client."),
            meters.counter("parley_deflated_text_bytes_total", "Their bytes before."),
            meters.counter(
                "parley_deflated_wire_bytes_total", "Their bytes after, with headers of frames."));
    in =
        new Way(
            meters.counter(
                "parley_inflated_messages_total", "Compressed messages of clients, bad ones too."),
            meters.counter("parley_inflated_text_bytes_total", "Their bytes after decompression."),
            meters.counter("parley_inflated_wire_bytes_total", "Their bytes as they came."));
  }

  /** A message of so many bytes was compressed for a client, once for each that gets it. */
  public void deflated(int textBytes, int wireBytes) {
    out.count(textBytes, wireBytes);
  }

  /** A compressed message of a client was read, up to a bound if it was beyond one. */
  public void inflated(int textBytes, int wireBytes) {
    in.count(textBytes, wireBytes);
  }
}

package dev.parley.gateway.transport;

import dev.parley.gateway.monitor.CompressionMetrics;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * One compressor and one decompressor for each loop whose connections need them, from the first
 * message until the loop ends. Called on loops.
 */
final class Compression {

  private final CompressionMetrics metrics;

  private final FastThreadLocal<MessageDeflater> deflaters =
      new FastThreadLocal<>() {
        @Override
        protected MessageDeflater initialValue() {
          return new MessageDeflater();
        }

        @Override
        protected void onRemoval(MessageDeflater ended) {
          ended.close();
        }
      };

  private final FastThreadLocal<MessageInflater> inflaters =
      new FastThreadLocal<>() {
        @Override
        protected MessageInflater initialValue() {
          return new MessageInflater();
        }

        @Override
        protected void onRemoval(MessageInflater ended) {
          ended.close();
        }
      };

  Compression(CompressionMetrics metrics) {
    this.metrics = metrics;
  }

  /** The one of the calling loop. */
  MessageDeflater deflater() {
    return deflaters.get();
  }

  /** The one of the calling loop. */
  MessageInflater inflater() {
    return inflaters.get();
  }

  CompressionMetrics metrics() {
    return metrics;
  }
}

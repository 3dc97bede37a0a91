package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.protocol.ConversationId;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/**
 * The id of a thread at the service: the first 122 bits of the conversation's hash as a UUID of
 * version 8 (RFC 9562, section 5.8).
 */
final class GraphThread {

  private static final long VERSION_MASK = 0xf000L;
  private static final long VERSION_8 = 0x8000L;
  private static final long VARIANT_MASK = 0xc000_0000_0000_0000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private GraphThread() {}

  static UUID of(ConversationId conversation) {
    ByteBuffer hash = ByteBuffer.wrap(Base64.getUrlDecoder().decode(conversation.value()));
    return new UUID(
        (hash.getLong() & ~VERSION_MASK) | VERSION_8, (hash.getLong() & ~VARIANT_MASK) | VARIANT);
  }
}

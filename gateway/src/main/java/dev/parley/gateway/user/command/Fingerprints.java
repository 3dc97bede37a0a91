package dev.parley.gateway.user.command;

import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.WhenBusy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** What makes two commands the same: their type, thread and payload, each with its length. */
final class Fingerprints {

  private final MessageDigest digest;

  private Fingerprints() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: every Java has it)", e);
    }
  }

  static Fingerprint of(ClientCommand.StartAgent command) {
    return new Fingerprints()
        .add("start_agent")
        .add(command.thread().value())
        .add(command.agent().value())
        .add(command.input())
        .add(command.context())
        .add(command.whenBusy())
        .addKeep(command.keep())
        .done();
  }

  static Fingerprint of(ClientCommand.UserMessage command) {
    return new Fingerprints()
        .add("user_message")
        .add(command.thread().value())
        .add(command.content())
        .add(command.agent() == null ? null : command.agent().value())
        .add(command.whenBusy())
        .addKeep(command.keep())
        .done();
  }

  static Fingerprint of(ClientCommand.Chat command) {
    return new Fingerprints()
        .add("chat")
        .add(command.thread().value())
        .add(command.content())
        .done();
  }

  static Fingerprint of(ClientCommand.SetTitle command) {
    return new Fingerprints()
        .add("set_title")
        .add(command.thread().value())
        .add(command.title().value())
        .done();
  }

  // The default adds nothing: what was sent without a choice is the same as what chose it.
  private Fingerprints add(WhenBusy choice) {
    return choice == WhenBusy.REJECT ? this : add(choice.wire());
  }

  private Fingerprints addKeep(boolean keep) {
    return keep ? add("keep") : this;
  }

  private Fingerprints add(@Nullable String text) {
    return add(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  private Fingerprints add(@Nullable RawJson json) {
    return add(json == null ? null : json.bytes());
  }

  private Fingerprints add(byte @Nullable [] bytes) {
    digest.update(ByteBuffer.allocate(4).putInt(0, bytes == null ? -1 : bytes.length));
    if (bytes != null) {
      digest.update(bytes);
    }
    return this;
  }

  private Fingerprint done() {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new Fingerprint(hash.getLong(), hash.getLong());
  }
}

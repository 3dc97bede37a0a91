package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.RefusedException;
import java.util.List;
import java.util.stream.Stream;

/** Commands of a connection, and single ones over HTTP: {@link MessageCodec#decode}. */
public final class CommandFuzz implements FuzzTarget {

  @Override
  public String name() {
    return "command";
  }

  @Override
  public List<byte[]> examples() {
    return CommandSamples.all().keySet().stream().map(frame -> frame.getBytes(UTF_8)).toList();
  }

  @Override
  public List<String> words() {
    return Stream.concat(
            CommandTypes.names().values().stream(),
            Stream.of("\"payload\":{", "\"thread_id\":\"t1\"", "\"id\":\"c1\"", "\"traceparent\":"))
        .toList();
  }

  @Override
  public int inputs() {
    return 40_000;
  }

  @Override
  public void take(byte[] input) {
    if (!Utf8.isValid(input)) {
      return; // closed before it is decoded
    }
    try {
      ClientCommand command = MessageCodec.decode(input);
      if (!command.equals(MessageCodec.decode(input))) {
        throw new IllegalStateException("decoded twice, it is another command");
      }
      if (command instanceof ClientCommand.StartAgent start) {
        checkSaved(new SavedRequest(start.input(), start.context(), start.traceparent()));
      }
    } catch (RefusedException refused) {
      JsonFrames.read(MessageCodec.encode(refused.answer()));
    }
  }

  private static void checkSaved(SavedRequest request) {
    if (!SavedRequest.read(request.toJson()).equals(request)) {
      throw new IllegalStateException("stored and read, it is another request");
    }
  }
}

package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the log holds as JSON: bodies of events, notes, requests and checkpoints of runs. */
public final class EventFuzz implements FuzzTarget {

  private static final EventType[] TYPES = EventType.values();
  private static final int NOTES = TYPES.length;
  private static final int REQUEST = NOTES + 1;
  private static final int CHECKPOINT = NOTES + 2;
  private static final int COUNT = NOTES + 3;

  @Override
  public String name() {
    return "event";
  }

  @Override
  public List<byte[]> examples() {
    List<byte[]> examples = new ArrayList<>();
    for (ServerEvent event : EventSamples.all().keySet()) {
      examples.add(
          FuzzTarget.of(
              List.of(TYPES).indexOf(event.type()),
              EventCodec.body(event, new RunId("r_1"), Instant.ofEpochMilli(1_700_000_000_000L))));
    }
    RawJson note = RawJson.of("{\"a\":1}");
    examples.add(FuzzTarget.of(NOTES, NotesCodec.encode(List.of(note, note))));
    examples.add(
        FuzzTarget.of(
            REQUEST, new SavedRequest(note, note, CommandSamples.TRACE).toJson().bytes()));
    examples.add(
        FuzzTarget.of(
            CHECKPOINT,
            new SavedCheckpoint(note, '\uD83D', '\uD83D', null, List.of(note), 3)
                .toJson()
                .bytes()));
    return examples;
  }

  @Override
  public List<String> words() {
    return List.of("\"payload\":{", "\"timestamp\":\"2026-11-01T00:00:00.000Z\"", "\"phase\":");
  }

  @Override
  public void take(byte[] input) {
    int variant = FuzzTarget.variant(input, COUNT);
    byte[] stored = FuzzTarget.rest(input);
    try {
      if (variant == NOTES) {
        checkSame(stored, NotesCodec.encode(NotesCodec.decode(stored)));
      } else if (variant == REQUEST) {
        SavedRequest request = SavedRequest.read(RawJson.checked(stored));
        checkSame(request, SavedRequest.read(request.toJson()));
      } else if (variant == CHECKPOINT) {
        SavedCheckpoint checkpoint = SavedCheckpoint.read(RawJson.checked(stored));
        checkSame(checkpoint, SavedCheckpoint.read(checkpoint.toJson()));
      } else {
        read(TYPES[variant], stored);
      }
    } catch (UncheckedIOException | IllegalArgumentException documented) {
      // The record is damaged.
    }
  }

  private static void read(EventType type, byte[] body) {
    var ignored = new DeltaCodec().isTextDelta(type, body);
    DecodedEvent event = EventCodec.read(type, body);
    byte[] written = EventCodec.body(event.event(), event.run(), event.time());
    checkSame(event.event(), EventCodec.read(type, written).event());
    var outline = EventOutline.read(written);
    if (!new String(body, UTF_8).contains("subagent")) {
      checkSame(outline, EventOutline.read(written));
    }
  }

  private static void checkSame(byte[] expected, byte[] found) {
    checkSame(new String(expected, UTF_8), new String(found, UTF_8));
  }

  private static void checkSame(Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new IllegalStateException(found + " (expected: " + expected + ")");
    }
  }
}

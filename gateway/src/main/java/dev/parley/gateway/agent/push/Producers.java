package dev.parley.gateway.agent.push;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who has added events to a run, and how far each has come: the checkpoint of the run. Its JSON
 * says by itself that the hook was accepted. Immutable.
 *
 * @param positions by the id of the producer
 */
record Producers(Map<String, Position> positions) {

  private static final int MAX = 16;
  private static final int VERSION = 1;
  private static final String VERSION_FIELD = "version";
  private static final String PRODUCERS = "producers";
  private static final String EPOCH = "epoch";
  private static final String SEQUENCE = "seq";
  private static final JsonMapper JSON = new JsonMapper();

  static final Producers NONE = new Producers(Map.of());

  /** The newest batch of a producer. */
  record Position(long epoch, long sequence) {}

  Producers {
    positions = Map.copyOf(positions);
  }

  /**
   * What the batch is; {@link PushAnswer.Taken} for one that may be stored.
   *
   * @throws RefusedException when there are too many producers
   */
  PushAnswer judge(PushedBatch batch) {
    Position last = positions.get(batch.producer());
    if (last == null && positions.size() == MAX) {
      throw RefusedException.invalid(
          Texts.expected(
              "header Producer-Id", batch.producer(), "one of " + MAX + " that the run has"));
    }
    if (last == null || batch.epoch() > last.epoch()) {
      return batch.sequence() == 0 ? new PushAnswer.Taken() : new PushAnswer.Gap(0);
    }
    if (batch.epoch() < last.epoch()) {
      return new PushAnswer.Stale(last.epoch());
    }
    long expected = last.sequence() + 1;
    if (batch.sequence() == expected) {
      return new PushAnswer.Taken();
    }
    return batch.sequence() > expected
        ? new PushAnswer.Gap(expected)
        : new PushAnswer.Duplicate(last.epoch(), last.sequence());
  }

  Producers after(PushedBatch batch) {
    Map<String, Position> next = new TreeMap<>(positions);
    next.put(batch.producer(), new Position(batch.epoch(), batch.sequence()));
    return new Producers(next);
  }

  RawJson checkpoint() {
    return RawJson.checked(
        JsonOut.object(
            out -> {
              out.number(VERSION_FIELD, VERSION);
              out.json().writeObjectFieldStart(PRODUCERS);
              for (Map.Entry<String, Position> each : new TreeMap<>(positions).entrySet()) {
                out.json().writeObjectFieldStart(each.getKey());
                out.number(EPOCH, each.getValue().epoch());
                out.number(SEQUENCE, each.getValue().sequence());
                out.json().writeEndObject();
              }
              out.json().writeEndObject();
            }));
  }

  /**
   * Reads a checkpoint.
   *
   * @throws IllegalArgumentException for one of another version
   */
  static Producers of(RawJson checkpoint) {
    JsonNode read = read(checkpoint);
    if (read.path(VERSION_FIELD).asInt() != VERSION) {
      throw new IllegalArgumentException(
          Texts.expected("checkpoint", read.path(VERSION_FIELD).asText(), "version " + VERSION));
    }
    Map<String, Position> positions = new TreeMap<>();
    read.path(PRODUCERS)
        .properties()
        .forEach(
            each ->
                positions.put(
                    each.getKey(),
                    new Position(
                        each.getValue().path(EPOCH).asLong(),
                        each.getValue().path(SEQUENCE).asLong())));
    return new Producers(positions);
  }

  private static JsonNode read(RawJson checkpoint) {
    try {
      return JSON.readTree(checkpoint.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("checkpoint: no JSON (expected: one of this agent)", e);
    }
  }
}

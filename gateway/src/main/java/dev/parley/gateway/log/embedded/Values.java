package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Deltas;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes the values of the store. The first byte of each value is the version of its
 * {@link RecordKind}. The fields of the key are not repeated. Decoding fails with a {@link
 * LogException} for an unknown version or damaged bytes.
 */
final class Values {

  /** Enough for the other fields of most events. */
  private static final int EVENT_OVERHEAD = 32;

  /** Flags of an event. */
  private static final int HAS_HEAD_DELTA = 1;

  private static final int TEXT_DELTA = 2;

  private static final int HAS_HIDDEN = 4;

  private static final int ALL_FLAGS = HAS_HEAD_DELTA | TEXT_DELTA | HAS_HIDDEN;

  private Values() {}

  static byte[] encode(NewEvent event, @Nullable HeadDelta headDelta) {
    return encode(
        new EventValue(
            event.type(), event.isTextDelta(), List.of(), headDelta, event.body(), event.hidden()));
  }

  static byte[] encode(EventValue event) {
    byte[] hidden = event.hidden();
    int hiddenBytes = hidden == null ? 0 : hidden.length;
    ValueWriter out =
        new ValueWriter(RecordKind.EVENT, event.body().length + hiddenBytes + EVENT_OVERHEAD)
            .putByte(event.type().code())
            .putCount(event.lengths().size());
    for (int length : event.lengths()) {
      out.putCount(length);
    }
    HeadDelta headDelta = event.headDelta();
    out.putByte(
        (headDelta == null ? 0 : HAS_HEAD_DELTA)
            | (event.isTextDelta() ? TEXT_DELTA : 0)
            | (hidden == null ? 0 : HAS_HIDDEN));
    if (headDelta != null) {
      put(headDelta.retained(), out.putCount(headDelta.millis()));
    }
    if (hidden != null) {
      out.putCount(hidden.length).putRest(hidden);
    }
    return out.putRest(event.body()).toBytes();
  }

  /** The deltas tell whether an event of version 1 is a text delta. */
  static EventValue event(byte[] value, Deltas deltas) {
    return ValueReader.read(
        RecordKind.EVENT,
        value,
        in -> {
          EventType type = EventType.ofCode(in.getByte());
          List<Integer> lengths = new ArrayList<>();
          for (long parts = in.getCount(); parts > 0; parts--) {
            lengths.add(in.getLength());
          }
          int flags = in.getByte();
          if ((flags & ~ALL_FLAGS) != 0) {
            throw new IllegalArgumentException("flags: " + flags + " (expected: known ones)");
          }
          HeadDelta headDelta =
              (flags & HAS_HEAD_DELTA) == 0 ? null : new HeadDelta(in.getCount(), retained(in));
          byte[] hidden = (flags & HAS_HIDDEN) == 0 ? null : in.getBytes();
          byte[] body = in.getRest();
          boolean isTextDelta =
              in.version() == 1 ? deltas.isTextDelta(type, body) : (flags & TEXT_DELTA) != 0;
          return new EventValue(type, isTextDelta, lengths, headDelta, body, hidden);
        });
  }

  /** A head with an epoch of this generation; only the number of its life is stored. */
  static byte[] encode(ThreadHead head, Generation generation) {
    RunId open = head.openRun();
    AgentName agent = head.lastAgent();
    Title title = head.title();
    ValueWriter out =
        new ValueWriter(RecordKind.HEAD)
            .putCount(generation.life(head.epoch()))
            .putCount(head.oldest())
            .putCount(head.head())
            .putText(open == null ? "" : open.value())
            .putText(agent == null ? "" : agent.value())
            .putCount(head.lastMillis())
            .putCount(head.activityMillis())
            .putText(title == null ? "" : title.value());
    put(head.retained(), out).putCount(head.queue().size());
    for (QueuedMessage queued : head.queue()) {
      out.putText(queued.command().value())
          .putCount(queued.seq())
          .putText(queued.agent().value())
          .putText(queued.message().value())
          .putByte(queued.replaceable() ? 1 : 0);
    }
    return out.toBytes();
  }

  /** Versions 1 and 2 have no activity: the time of the last event counts as that. */
  static ThreadHead head(byte[] value, Generation generation) {
    return ValueReader.read(
        RecordKind.HEAD,
        value,
        in -> {
          Epoch epoch = generation.ofLife(in.getCount());
          long oldest = in.getCount();
          long head = in.getCount();
          String open = in.getText();
          String agent = in.getText();
          long millis = in.getCount();
          long activity = in.version() < 3 ? millis : in.getCount();
          String title = in.version() < 3 ? "" : in.getText();
          RetainedSize retained = retained(in);
          return new ThreadHead(
              epoch,
              oldest,
              head,
              open.isEmpty() ? null : new RunId(open),
              agent.isEmpty() ? null : new AgentName(agent),
              millis,
              activity,
              queue(in),
              retained,
              title.isEmpty() ? null : new Title(title));
        });
  }

  private static ValueWriter put(RetainedSize retained, ValueWriter out) {
    return out.putCount(retained.records())
        .putCount(retained.bytes())
        .putCount(retained.openRecords())
        .putCount(retained.openBytes());
  }

  private static RetainedSize retained(ValueReader in) {
    return new RetainedSize(in.getCount(), in.getCount(), in.getCount(), in.getCount());
  }

  /** Version 1 does not say whether a command is replaceable: none is. */
  private static List<QueuedMessage> queue(ValueReader in) {
    long size = in.getCount();
    List<QueuedMessage> queue = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      queue.add(
          new QueuedMessage(
              new CommandId(in.getText()),
              in.getCount(),
              new AgentName(in.getText()),
              new MessageId(in.getText()),
              in.version() >= 2 && in.getFlag()));
    }
    return queue;
  }

  static byte[] encode(Segment segment) {
    RunId run = segment.run();
    return new ValueWriter(RecordKind.SEGMENT)
        .putCount(segment.records())
        .putCount(segment.bytes())
        .putCount(segment.millis())
        .putText(run == null ? "" : run.value())
        .toBytes();
  }

  /** The segment that ends at this seq. */
  static Segment segment(long last, byte[] value) {
    return ValueReader.read(
        RecordKind.SEGMENT,
        value,
        in -> {
          long records = in.getCount();
          long bytes = in.getCount();
          long millis = in.getCount();
          String run = in.getText();
          return new Segment(last, records, bytes, millis, run.isEmpty() ? null : new RunId(run));
        });
  }

  static byte[] encode(RunRecord run) {
    return new ValueWriter(RecordKind.RUN)
        .putText(run.thread().thread().value())
        .putText(run.agent().value())
        .putText(run.message().value())
        .putCount(run.firstSeq())
        .putByte(run.state().code())
        .putByte(run.isResumable() ? 1 : 0)
        .toBytes();
  }

  /** No run of version 1 is resumable. */
  static RunRecord run(UserId user, RunId run, byte[] value) {
    return ValueReader.read(
        RecordKind.RUN,
        value,
        in ->
            new RunRecord(
                new ThreadKey(user, new ThreadId(in.getText())),
                run,
                new AgentName(in.getText()),
                new MessageId(in.getText()),
                in.getCount(),
                RunState.ofCode(in.getByte()),
                in.version() >= 2 && in.getFlag()));
  }

  /** A value of a kind that is JSON. */
  static byte[] encode(RecordKind kind, RawJson json) {
    return new ValueWriter(kind, json.length() + 1).putRest(json.bytes()).toBytes();
  }

  static RawJson json(RecordKind kind, byte[] value) {
    return ValueReader.read(kind, value, in -> RawJson.checked(in.getRest()));
  }

  /** The run that is open on the thread of the key. */
  static byte[] encode(RunId run) {
    return new ValueWriter(RecordKind.OPEN_RUN).putText(run.value()).toBytes();
  }

  static RunId runId(byte[] value) {
    return ValueReader.read(RecordKind.OPEN_RUN, value, in -> new RunId(in.getText()));
  }

  /**
   * An entry with an epoch of this generation. An entry without an epoch stays in version 1,
   * because its life is not known.
   */
  static byte[] encode(LedgerEntry entry, Generation generation) {
    CommandReceipt answer = entry.answer();
    RunId run = answer.run();
    Epoch epoch = answer.epoch();
    ValueWriter out =
        ValueWriter.ofVersion(epoch == null ? 1 : RecordKind.LEDGER_ENTRY.newest())
            .putLong(answer.fingerprint().high())
            .putLong(answer.fingerprint().low())
            .putText(answer.thread().value())
            .putCount(answer.seq())
            .putText(run == null ? "" : run.value())
            .putCount(entry.acceptedMillis());
    if (epoch != null) {
      out.putCount(generation.life(epoch));
    }
    return out.toBytes();
  }

  static LedgerEntry ledgerEntry(byte[] value, Generation generation) {
    return ValueReader.read(
        RecordKind.LEDGER_ENTRY,
        value,
        in -> {
          Fingerprint fingerprint = new Fingerprint(in.getLong(), in.getLong());
          ThreadId thread = new ThreadId(in.getText());
          long seq = in.getCount();
          String run = in.getText();
          RunId started = run.isEmpty() ? null : new RunId(run);
          long millis = in.getCount();
          Epoch epoch = in.version() < 2 ? null : generation.ofLife(in.getCount());
          return new LedgerEntry(
              new CommandReceipt(fingerprint, thread, seq, started, epoch), millis);
        });
  }

  static byte[] encode(Usage usage) {
    return new ValueWriter(RecordKind.USAGE)
        .putCount(usage.bytes())
        .putCount(usage.threads())
        .toBytes();
  }

  static Usage usage(byte[] value) {
    return ValueReader.read(RecordKind.USAGE, value, in -> new Usage(in.getCount(), in.getCount()));
  }

  static byte[] encode(Epoch epoch) {
    return new ValueWriter(RecordKind.EPOCH).putText(epoch.value()).toBytes();
  }

  static Epoch epoch(byte[] value) {
    return ValueReader.read(RecordKind.EPOCH, value, in -> new Epoch(in.getText()));
  }

  /** A value of a kind that is one number. */
  static byte[] encode(RecordKind kind, long number) {
    return new ValueWriter(kind).putCount(number).toBytes();
  }

  static long number(RecordKind kind, byte[] value) {
    return ValueReader.read(kind, value, ValueReader::getCount);
  }

  static byte[] encode(MinimumLife life) {
    return new ValueWriter(RecordKind.MINIMUM_LIFE)
        .putCount(life.life())
        .putCount(life.hour())
        .toBytes();
  }

  static MinimumLife life(byte[] value) {
    return ValueReader.read(
        RecordKind.MINIMUM_LIFE,
        value,
        in -> new MinimumLife(in.getCount(), in.version() < 2 ? 0 : in.getCount()));
  }

  /** The value of an entry whose key says everything. */
  static byte[] present() {
    return new ValueWriter(RecordKind.PRESENCE).toBytes();
  }

  /** Checks such a value. Returns true. */
  static boolean isPresent(byte[] value) {
    return ValueReader.read(RecordKind.PRESENCE, value, in -> true);
  }
}

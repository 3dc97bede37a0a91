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
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of the store; each begins with the version of its form. What the key says is not said
 * again. Decoding fails with a {@link LogException} for an unknown version or damaged bytes.
 */
final class Values {

  private static final int VERSION = 1;
  private static final int LIFE_VERSION = 2;

  /** The form of heads and ledger entries; those of the first form can be read too. */
  private static final int SECOND_VERSION = 2;

  /** The newest of these forms: what a gateway must know to read the store. */
  static final int NEWEST_VERSION = SECOND_VERSION;

  /** What an event takes beside its body, mostly. */
  private static final int EVENT_ROOM = 32;

  private Values() {}

  static byte[] encode(NewEvent event, @Nullable HeadDelta headDelta) {
    return encode(new EventValue(event.type(), List.of(), headDelta, event.body()));
  }

  static byte[] encode(EventValue event) {
    ValueWriter out =
        new ValueWriter(VERSION, event.body().length + EVENT_ROOM)
            .putByte(event.type().code())
            .putCount(event.lengths().size());
    for (int length : event.lengths()) {
      out.putCount(length);
    }
    HeadDelta headDelta = event.headDelta();
    out.putByte(headDelta == null ? 0 : 1);
    if (headDelta != null) {
      put(headDelta.retained(), out.putCount(headDelta.millis()));
    }
    return out.putRest(event.body()).toBytes();
  }

  static EventValue event(byte[] value) {
    return ValueReader.read(
        "event",
        VERSION,
        value,
        in -> {
          EventType type = EventType.ofCode(in.getByte());
          List<Integer> lengths = new ArrayList<>();
          for (long parts = in.getCount(); parts > 0; parts--) {
            lengths.add((int) in.getCount());
          }
          HeadDelta headDelta =
              in.getByte() == 0 ? null : new HeadDelta(in.getCount(), retained(in));
          return new EventValue(type, lengths, headDelta, in.getRest());
        });
  }

  /** A head whose epoch is of this generation; only the number of its life is kept. */
  static byte[] encode(ThreadHead head, Generation generation) {
    RunId open = head.openRun();
    AgentName agent = head.lastAgent();
    ValueWriter out =
        new ValueWriter(SECOND_VERSION)
            .putCount(generation.life(head.epoch()))
            .putCount(head.oldest())
            .putCount(head.head())
            .putText(open == null ? "" : open.value())
            .putText(agent == null ? "" : agent.value())
            .putCount(head.lastMillis());
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

  static ThreadHead head(byte[] value, Generation generation) {
    return ValueReader.read(
        "head",
        SECOND_VERSION,
        value,
        in -> {
          Epoch epoch = generation.ofLife(in.getCount());
          long oldest = in.getCount();
          long head = in.getCount();
          String open = in.getText();
          String agent = in.getText();
          long millis = in.getCount();
          RetainedSize retained = retained(in);
          return new ThreadHead(
              epoch,
              oldest,
              head,
              open.isEmpty() ? null : new RunId(open),
              agent.isEmpty() ? null : new AgentName(agent),
              millis,
              queue(in),
              retained);
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

  /** In the first form nobody kept whether a command may be replaced: none may. */
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
              in.version() >= SECOND_VERSION && in.getByte() != 0));
    }
    return queue;
  }

  static byte[] encode(Segment segment) {
    RunId run = segment.run();
    return new ValueWriter(VERSION)
        .putCount(segment.records())
        .putCount(segment.bytes())
        .putCount(segment.millis())
        .putText(run == null ? "" : run.value())
        .toBytes();
  }

  /** The segment that ends with this seq. */
  static Segment segment(long last, byte[] value) {
    return ValueReader.read(
        "segment",
        VERSION,
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
    return new ValueWriter(VERSION)
        .putText(run.thread().thread().value())
        .putText(run.agent().value())
        .putText(run.message().value())
        .putCount(run.firstSeq())
        .putByte(run.state().code())
        .toBytes();
  }

  static RunRecord run(UserId user, RunId run, byte[] value) {
    return ValueReader.read(
        "run",
        VERSION,
        value,
        in ->
            new RunRecord(
                new ThreadKey(user, new ThreadId(in.getText())),
                run,
                new AgentName(in.getText()),
                new MessageId(in.getText()),
                in.getCount(),
                RunState.ofCode(in.getByte())));
  }

  /** The entry of the open-run index: the run that is open on the thread of its key. */
  static byte[] encode(RunId run) {
    return new ValueWriter(VERSION).putText(run.value()).toBytes();
  }

  static RunId runId(byte[] value) {
    return ValueReader.read("open run", VERSION, value, in -> new RunId(in.getText()));
  }

  /**
   * An entry whose epoch is of this generation; an entry of the first form stays in it, as the life
   * that it belongs to is not known.
   */
  static byte[] encode(LedgerEntry entry, Generation generation) {
    CommandReceipt answer = entry.answer();
    RunId run = answer.run();
    Epoch epoch = answer.epoch();
    ValueWriter out =
        new ValueWriter(epoch == null ? VERSION : SECOND_VERSION)
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
        "ledger entry",
        SECOND_VERSION,
        value,
        in -> {
          Fingerprint fingerprint = new Fingerprint(in.getLong(), in.getLong());
          ThreadId thread = new ThreadId(in.getText());
          long seq = in.getCount();
          String run = in.getText();
          RunId started = run.isEmpty() ? null : new RunId(run);
          long millis = in.getCount();
          Epoch epoch = in.version() < SECOND_VERSION ? null : generation.ofLife(in.getCount());
          return new LedgerEntry(
              new CommandReceipt(fingerprint, thread, seq, started, epoch), millis);
        });
  }

  static byte[] encode(Usage usage) {
    return new ValueWriter(VERSION).putCount(usage.bytes()).putCount(usage.threads()).toBytes();
  }

  static Usage usage(byte[] value) {
    return ValueReader.read("usage", VERSION, value, in -> new Usage(in.getCount(), in.getCount()));
  }

  static byte[] encode(Epoch epoch) {
    return new ValueWriter(VERSION).putText(epoch.value()).toBytes();
  }

  static Epoch epoch(byte[] value) {
    return ValueReader.read("epoch", VERSION, value, in -> new Epoch(in.getText()));
  }

  /** A number that stands alone. */
  static byte[] encode(long number) {
    return new ValueWriter(VERSION).putCount(number).toBytes();
  }

  static long number(byte[] value) {
    return ValueReader.read("number", VERSION, value, ValueReader::getCount);
  }

  /** The life that a user's unborn threads begin in, and the hour in which that was decided. */
  static byte[] encode(MinimumLives.MinimumLife entry) {
    return new ValueWriter(LIFE_VERSION).putCount(entry.life()).putCount(entry.hour()).toBytes();
  }

  /** Version 1 was the life alone. */
  static MinimumLives.MinimumLife life(byte[] value) {
    return value.length > 0 && value[0] == VERSION
        ? new MinimumLives.MinimumLife(number(value), 0)
        : ValueReader.read(
            "life",
            LIFE_VERSION,
            value,
            in -> new MinimumLives.MinimumLife(in.getCount(), in.getCount()));
  }

  /** The entry of a directory, where the key says it all. */
  static byte[] present() {
    return new byte[] {VERSION};
  }
}

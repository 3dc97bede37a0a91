package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.Remembered;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;

/**
 * The values of the store; each begins with the version of its form. What the key says is not said
 * again. Decoding fails with a {@link LogException} for an unknown version or damaged bytes.
 */
final class Values {

  private static final int VERSION = 1;

  private Values() {}

  static byte[] encode(NewEvent event) {
    byte[] body = event.body();
    byte[] value = new byte[2 + body.length];
    value[0] = VERSION;
    value[1] = event.type().code();
    System.arraycopy(body, 0, value, 2, body.length);
    return value;
  }

  static StoredEvent event(long seq, byte[] value) {
    return ValueReader.read(
        "event",
        VERSION,
        value,
        in -> new StoredEvent(seq, EventType.ofCode(in.getByte()), in.getRest()));
  }

  /** The length of the body in an event's value. */
  static int bodyLength(byte[] event) {
    return event.length - 2;
  }

  static byte[] encode(ThreadHead head) {
    RunId open = head.openRun();
    AgentName agent = head.lastAgent();
    return new ValueWriter(VERSION)
        .putText(head.epoch().value())
        .putCount(head.oldest())
        .putCount(head.head())
        .putText(open == null ? "" : open.value())
        .putText(agent == null ? "" : agent.value())
        .toBytes();
  }

  static ThreadHead head(byte[] value) {
    return ValueReader.read(
        "head",
        VERSION,
        value,
        in -> {
          Epoch epoch = new Epoch(in.getText());
          long oldest = in.getCount();
          long head = in.getCount();
          String open = in.getText();
          String agent = in.getText();
          return new ThreadHead(
              epoch,
              oldest,
              head,
              open.isEmpty() ? null : new RunId(open),
              agent.isEmpty() ? null : new AgentName(agent));
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

  static byte[] encode(LedgerEntry entry) {
    Remembered answer = entry.answer();
    RunId run = answer.run();
    return new ValueWriter(VERSION)
        .putLong(answer.fingerprint().high())
        .putLong(answer.fingerprint().low())
        .putText(answer.thread().value())
        .putCount(answer.seq())
        .putText(run == null ? "" : run.value())
        .putCount(entry.acceptedMillis())
        .toBytes();
  }

  static LedgerEntry ledgerEntry(byte[] value) {
    return ValueReader.read(
        "ledger entry",
        VERSION,
        value,
        in -> {
          Fingerprint fingerprint = new Fingerprint(in.getLong(), in.getLong());
          ThreadId thread = new ThreadId(in.getText());
          long seq = in.getCount();
          String run = in.getText();
          RunId started = run.isEmpty() ? null : new RunId(run);
          return new LedgerEntry(new Remembered(fingerprint, thread, seq, started), in.getCount());
        });
  }

  static byte[] encode(Epoch epoch) {
    return new ValueWriter(VERSION).putText(epoch.value()).toBytes();
  }

  static Epoch epoch(byte[] value) {
    return ValueReader.read("epoch", VERSION, value, in -> new Epoch(in.getText()));
  }
}

package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.AGENT;
import static dev.parley.gateway.log.Commits.MESSAGE;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.Title;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ValuesTest {

  private static final Epoch EPOCH = new Epoch("e1");
  private static final RetainedSize KEPT = new RetainedSize(10_000, 1 << 24, 300, 0);
  private static final Generation GENERATION = new Generation(EPOCH);

  @DataProvider
  public static Object[][] numbers() {
    return new Object[][] {{0L}, {1L}, {127L}, {128L}, {16_383L}, {16_384L}, {Long.MAX_VALUE}};
  }

  @Test(dataProvider = "numbers")
  public void headsComeBackAsTheyWere(long number) {
    Epoch later = GENERATION.ofLife(number);
    QueuedMessage queued = new QueuedMessage(new CommandId("c1"), number, AGENT, MESSAGE, true);
    QueuedMessage kept = new QueuedMessage(new CommandId("c2"), number, AGENT, MESSAGE, false);
    ThreadHead busy =
        new ThreadHead(
            later,
            number,
            number,
            R1,
            AGENT,
            number,
            number,
            List.of(queued, kept),
            KEPT,
            new Title("A é"));
    ThreadHead idle = new ThreadHead(EPOCH, 1, number, null, null, 7, 5, List.of(), KEPT, null);
    assertThat(Values.head(Values.encode(busy, GENERATION), GENERATION)).isEqualTo(busy);
    assertThat(Values.head(Values.encode(idle, GENERATION), GENERATION)).isEqualTo(idle);
  }

  /** As a restore does: only the store's own epoch changes. */
  public void aNewGenerationRenewsTheEpochOfEveryHead() {
    Generation renewed = new Generation(new Epoch("e2"));
    for (long life : new long[] {0, 3}) {
      ThreadHead head = ThreadHead.unborn(GENERATION.ofLife(life));
      Epoch epoch = Values.head(Values.encode(head, GENERATION), renewed).epoch();
      assertThat(epoch).isEqualTo(renewed.ofLife(life)).isNotEqualTo(head.epoch());
    }
  }

  @Test(dataProvider = "numbers")
  public void ledgerEntriesComeBackAsTheyWere(long number) {
    Fingerprint fingerprint = new Fingerprint(number, -number);
    Epoch life = GENERATION.ofLife(number);
    for (LedgerEntry entry :
        List.of(
            new LedgerEntry(new CommandReceipt(fingerprint, T1.thread(), 7, R1, life), number),
            new LedgerEntry(new CommandReceipt(fingerprint, T1.thread(), number, null, EPOCH), 7),
            new LedgerEntry(new CommandReceipt(fingerprint, T1.thread(), number, null, null), 7))) {
      assertThat(Values.ledgerEntry(Values.encode(entry, GENERATION), GENERATION)).isEqualTo(entry);
    }
  }

  /** As the store wrote them before epochs were stored. */
  public void ledgerEntriesOfVersionOneHaveNoEpoch() {
    byte[] first =
        ValueWriter.ofVersion(1)
            .putLong(3)
            .putLong(4)
            .putText("t1")
            .putCount(300)
            .putText("r_1")
            .putCount(7)
            .toBytes();
    CommandReceipt answer = new CommandReceipt(new Fingerprint(3, 4), T1.thread(), 300, R1, null);
    assertThat(Values.ledgerEntry(first, GENERATION)).isEqualTo(new LedgerEntry(answer, 7));
  }

  /** As the store wrote them before a queued command could be replaced. */
  public void queuedMessagesOfVersionOneAreNotReplaceable() {
    ValueWriter first = ValueWriter.ofVersion(1).putCount(3).putCount(1).putCount(300);
    first.putText("r_1").putText("builtin").putCount(7);
    first.putCount(4).putCount(5).putCount(6).putCount(0);
    first.putCount(2);
    first.putText("c1").putCount(298).putText("builtin").putText("m_1");
    first.putText("c2").putCount(299).putText("builtin").putText("m_1");
    ThreadHead head = Values.head(first.toBytes(), GENERATION);
    assertThat(head.epoch()).isEqualTo(GENERATION.ofLife(3));
    assertThat(head.queue())
        .containsExactly(
            new QueuedMessage(new CommandId("c1"), 298, AGENT, MESSAGE, false),
            new QueuedMessage(new CommandId("c2"), 299, AGENT, MESSAGE, false));
    assertThat(head.retained()).isEqualTo(new RetainedSize(4, 5, 6, 0));
    assertThat(head.activityMillis()).isEqualTo(7);
    assertThat(head.title()).isNull();
  }

  public void segmentsComeBackAsTheyWere() {
    for (RunId run : new RunId[] {R1, null}) {
      Segment segment = new Segment(300, 1, 1 << 24, Long.MAX_VALUE, run);
      assertThat(Values.segment(300, Values.encode(segment))).isEqualTo(segment);
    }
  }

  public void runsComeBackInEveryState() {
    for (RunState state : RunState.values()) {
      RunRecord run = new RunRecord(T1, R1, AGENT, MESSAGE, 300, state);
      assertThat(Values.run(ADA, R1, Values.encode(run))).isEqualTo(run);
    }
  }

  public void eventsAndRangesOfEveryTypeComeBackAsTheyWere() {
    for (EventType type : EventType.values()) {
      boolean delta = type.code() % 2 == 0;
      EventValue event =
          event(Values.encode(new NewEvent(type, delta, new byte[] {0, -1, 7}), null));
      assertThat(event.isTextDelta()).isEqualTo(delta);
      assertThat(event.headDelta()).isNull();
      assertThat(event.type()).isEqualTo(type);
      assertThat(event.firstSeq(9)).isEqualTo(9);
      assertThat(event.body()).containsExactly(0, -1, 7);
      EventValue range = new EventValue(type, List.of(0, 1, 300), new byte[] {0, -1});
      assertThat(event(Values.encode(range)).lengths()).containsExactly(0, 1, 300);
      assertThat(event(Values.encode(range)).body()).containsExactly(0, -1);
    }
  }

  private static EventValue event(byte[] value) {
    return Values.event(value, new TextDeltas());
  }

  public void anEventWithAHeadDeltaComesBackAsItWas() {
    HeadDelta headDelta = new HeadDelta(300, new RetainedSize(1, 2, 3, 4));
    for (boolean delta : new boolean[] {false, true}) {
      NewEvent added = new NewEvent(EventType.AGENT_THINKING, delta, new byte[] {7});
      EventValue event = event(Values.encode(added, headDelta));
      assertThat(event.headDelta()).isEqualTo(headDelta);
      assertThat(event.isTextDelta()).isEqualTo(delta);
      assertThat(event.body()).containsExactly(7);
    }
  }

  public void anEventWithSomethingHiddenComesBackAsItWas() {
    HeadDelta headDelta = new HeadDelta(300, new RetainedSize(1, 2, 3, 4));
    for (byte[] hidden : new byte[][] {{}, {9, 0, -1}, new byte[300]}) {
      NewEvent added = new NewEvent(EventType.AGENT_COMPLETED, false, new byte[] {7}, null, hidden);
      for (HeadDelta delta : new HeadDelta[] {null, headDelta}) {
        EventValue event = event(Values.encode(added, delta));
        assertThat(event.hidden()).isEqualTo(hidden);
        assertThat(event.headDelta()).isEqualTo(delta);
        assertThat(event.body()).containsExactly(7);
        assertThat(event.stored(9).bytes()).isEqualTo(1 + hidden.length);
        assertThat(event.stored(9).withoutHidden().hidden()).isNull();
      }
    }
    assertThatThrownBy(
            () -> new NewEvent(EventType.AGENT_MESSAGE, true, new byte[0], null, new byte[1]))
        .hasMessage("hidden: with a text delta (expected: another event)");
  }

  /** Version 2: type, no lengths, no head delta, body. */
  public void anEventOfVersionTwoHidesNothing() {
    EventValue event = event(new byte[] {2, EventType.CUSTOM.code(), 0, 0, 7});
    assertThat(event.hidden()).isNull();
    assertThat(event.body()).containsExactly(7);
  }

  /** Version 1: type, no lengths, no head delta, body. */
  public void theBodyOfAnEarlierEventTellsWhetherItIsATextDelta() {
    byte[] message = {1, EventType.AGENT_MESSAGE.code(), 0, 0, 7};
    assertThat(event(message).isTextDelta()).isTrue();
    assertThat(event(message).body()).containsExactly(7);
    assertThat(event(new byte[] {1, EventType.CUSTOM.code(), 0, 0, 7}).isTextDelta()).isFalse();
  }

  public void anEpochAndAnOpenRunComeBackAsTheyWere() {
    assertThat(Values.epoch(Values.encode(EPOCH))).isEqualTo(EPOCH);
    assertThat(Values.runId(Values.encode(R1))).isEqualTo(R1);
    byte[] day = Values.encode(RecordKind.LEDGER_DAY, 300);
    assertThat(Values.number(RecordKind.LEDGER_DAY, day)).isEqualTo(300);
  }

  @DataProvider
  public static Object[][] readers() {
    return new Object[][] {
      {RecordKind.EVENT, (Consumer<byte[]>) ValuesTest::event},
      {RecordKind.HEAD, (Consumer<byte[]>) value -> Values.head(value, GENERATION)},
      {RecordKind.SEGMENT, (Consumer<byte[]>) value -> Values.segment(1, value)},
      {RecordKind.RUN, (Consumer<byte[]>) value -> Values.run(ADA, R1, value)},
      {RecordKind.RUN_REQUEST, json(RecordKind.RUN_REQUEST)},
      {RecordKind.CHECKPOINT, json(RecordKind.CHECKPOINT)},
      {RecordKind.OPEN_RUN, (Consumer<byte[]>) Values::runId},
      {RecordKind.LEDGER_ENTRY, (Consumer<byte[]>) value -> Values.ledgerEntry(value, GENERATION)},
      {RecordKind.USAGE, (Consumer<byte[]>) Values::usage},
      {RecordKind.MINIMUM_LIFE, (Consumer<byte[]>) Values::life},
      {RecordKind.LIFE_FLOOR, number(RecordKind.LIFE_FLOOR)},
      {RecordKind.FORMAT, number(RecordKind.FORMAT)},
      {RecordKind.INBOX, (Consumer<byte[]>) InboxValues::state},
      {RecordKind.RECEIVED, (Consumer<byte[]>) InboxValues::received},
      {RecordKind.BROADCAST, (Consumer<byte[]>) InboxValues::broadcast},
      {RecordKind.RECEIPT, (Consumer<byte[]>) InboxValues::status},
      {RecordKind.POSITION, number(RecordKind.POSITION)},
      {RecordKind.RUN_HOOK, (Consumer<byte[]>) value -> HookValues.hook(Keys.event(T1, 3), value)},
      {RecordKind.ALERT, (Consumer<byte[]>) InboxValues::alert},
      {
        RecordKind.REVOCATION,
        (Consumer<byte[]>)
            value -> RevocationValues.revocation(RevocationKey.ofTenant("acme"), value)
      },
      {RecordKind.AUDIT, (Consumer<byte[]>) value -> AuditValues.entry(1, value)},
      {RecordKind.COMPACTION, number(RecordKind.COMPACTION)},
      {RecordKind.LEDGER_DAY, number(RecordKind.LEDGER_DAY)},
      {RecordKind.TIME, number(RecordKind.TIME)},
      {RecordKind.EPOCH, (Consumer<byte[]>) Values::epoch},
      {RecordKind.PRESENCE, (Consumer<byte[]>) Values::isPresent},
    };
  }

  private static Consumer<byte[]> number(RecordKind kind) {
    return value -> Values.number(kind, value);
  }

  private static Consumer<byte[]> json(RecordKind kind) {
    return value -> Values.json(kind, value);
  }

  @Test(dataProvider = "readers")
  public void aLaterVersionOfAnyKindIsRefusedByName(RecordKind kind, Consumer<byte[]> reader) {
    byte[] value = new byte[64];
    value[0] = (byte) (kind.newest() + 1);
    assertThatThrownBy(() -> reader.accept(value))
        .isInstanceOf(LogException.class)
        .hasMessage(
            "%s: version %d (expected: at most %d; a newer gateway wrote this record)",
            kind.label(), kind.newest() + 1, kind.newest());
  }

  public void everyKindIsReadAndTheFormatIsRaisedWithTheVersionOfAny() {
    assertThat(Stream.of(readers()).map(each -> each[0]))
        .containsExactlyInAnyOrder((Object[]) RecordKind.values());
    int raised = Stream.of(RecordKind.values()).mapToInt(kind -> kind.newest() - 1).sum();
    assertThat(raised).as("raise EmbeddedLog.FORMAT too").isEqualTo(12);
    assertThat(EmbeddedLog.FORMAT).isEqualTo(13);
  }

  public void aTruncatedValueIsRefused() {
    byte[] value = Values.encode(new RunRecord(T1, R1, AGENT, MESSAGE, 300, RunState.OPEN));
    for (int length = 0; length < value.length; length++) {
      byte[] cut = Arrays.copyOf(value, length);
      assertThatThrownBy(() -> Values.run(ADA, R1, cut)).isInstanceOf(LogException.class);
    }
  }

  public void aValueThatIsTooLongIsRefused() {
    byte[] value = Arrays.copyOf(Values.encode(EPOCH), 10);
    assertThatThrownBy(() -> Values.epoch(value))
        .isInstanceOf(LogException.class)
        .hasMessageContaining("extra bytes");
  }
}

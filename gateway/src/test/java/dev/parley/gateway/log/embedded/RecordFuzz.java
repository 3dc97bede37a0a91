package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastStatus;
import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.InboxEntry;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.InboxState.TierPeriod;
import dev.parley.gateway.log.LedgerEntry;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.Segment;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.Usage;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.Title;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Values and keys of the store. A damaged one is told as such; one that is read is the same after
 * it was written and read again, and one of the newest version has the same bytes then.
 */
public final class RecordFuzz implements FuzzTarget {

  private static final Generation GENERATION = new Generation(new Epoch("e1"));
  private static final RetainedSize SIZE = new RetainedSize(10_000, 1 << 24, 300, 4);
  private static final RevocationKey REVOKED =
      new RevocationKey("acme", RevocationKey.Kind.TOKEN, "t-1");
  private static final byte[] HOOK_KEY = Keys.event(Commits.T1, 7);

  /** How much of what is stored was read: an earlier version is written as the newest one. */
  private enum Extent {
    VALUE,
    PREFIX,
    PART
  }

  /** How a kind is read and written, with examples of what is stored. */
  private record Form<T>(
      Extent extent, Function<byte[], T> read, Function<T, byte[]> write, List<byte[]> stored) {

    @SafeVarargs
    @SuppressWarnings("varargs")
    static <T> Form<T> value(Function<byte[], T> read, Function<T, byte[]> write, T... examples) {
      return new Form<>(Extent.VALUE, read, write, Arrays.stream(examples).map(write).toList());
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    static <T> Form<T> key(
        Extent extent, Function<byte[], T> read, Function<T, byte[]> write, T... examples) {
      return new Form<>(extent, read, write, Arrays.stream(examples).map(write).toList());
    }

    void check(byte[] stored) {
      T value;
      try {
        value = read.apply(stored);
      } catch (DamagedRecordException documented) {
        return;
      }
      byte[] written = write.apply(value);
      boolean isSame =
          switch (extent) {
            case VALUE -> stored[0] != written[0] || Arrays.equals(written, stored);
            case PREFIX -> Arrays.equals(written, Arrays.copyOf(stored, written.length));
            case PART -> true;
          };
      byte[] again = write.apply(read.apply(written));
      if (!Arrays.equals(written, again) || !isSame) {
        throw new IllegalStateException(
            "read: " + value + ", written: " + Arrays.toString(written));
      }
    }
  }

  private final List<Form<?>> forms = new ArrayList<>();

  /** All kinds of values and keys. Kept inputs begin with a place in this order. */
  public RecordFuzz() {
    addThreads();
    addRuns();
    addInboxes();
    addOthers();
    addKeys();
    addRevocations();
  }

  private void addThreads() {
    forms.add(
        Form.value(
            stored -> Values.event(stored, new TextDeltas()),
            Values::encode,
            new EventValue(EventType.AGENT_MESSAGE, List.of(2, 200, 3), "a range".getBytes(UTF_8)),
            new EventValue(
                EventType.CUSTOM,
                false,
                List.of(),
                new HeadDelta(1_700_000_000_000L, SIZE),
                "body".getBytes(UTF_8),
                "hidden".getBytes(UTF_8))));
    QueuedMessage queued =
        new QueuedMessage(new CommandId("c1"), 300, Commits.AGENT, Commits.MESSAGE, true);
    forms.add(
        Form.value(
            stored -> Values.head(stored, GENERATION),
            head -> Values.encode(head, GENERATION),
            new ThreadHead(
                GENERATION.ofLife(3),
                4,
                500,
                Commits.R1,
                Commits.AGENT,
                1_700_000_000_000L,
                6,
                List.of(queued, queued),
                SIZE,
                new Title("A é")),
            ThreadHead.unborn(GENERATION.ofLife(0))));
    forms.add(
        Form.value(
            stored -> Values.segment(9, stored),
            Values::encode,
            new Segment(9, 300, 70_000, 5, Commits.R1),
            new Segment(9, 1, 2, 3, null)));
    forms.add(Form.value(Values::usage, Values::encode, new Usage(1 << 20, 7)));
    forms.add(Form.value(Values::epoch, Values::encode, new Epoch("e1-3")));
    forms.add(Form.value(Values::life, Values::encode, new MinimumLife(300, 490_000)));
    forms.add(
        Form.value(
            stored -> Values.number(RecordKind.POSITION, stored),
            number -> Values.encode(RecordKind.POSITION, number),
            7L,
            Long.MAX_VALUE));
    forms.add(Form.value(Values::isPresent, is -> Values.present(), true));
  }

  private void addRuns() {
    forms.add(
        Form.value(
            stored -> Values.run(Commits.ADA, Commits.R1, stored),
            Values::encode,
            new RunRecord(
                Commits.T1, Commits.R1, Commits.AGENT, Commits.MESSAGE, 7, RunState.FAILED, true)));
    forms.add(Form.value(Values::runId, Values::encode, Commits.R1));
    forms.add(
        Form.value(
            stored -> Values.ledgerEntry(stored, GENERATION),
            entry -> Values.encode(entry, GENERATION),
            new LedgerEntry(
                new CommandReceipt(
                    new Fingerprint(-1, 2),
                    Commits.T1.thread(),
                    300,
                    Commits.R1,
                    GENERATION.ofLife(2)),
                1_700_000_000_000L),
            new LedgerEntry(
                new CommandReceipt(new Fingerprint(1, 2), Commits.T1.thread(), 3, null, null), 4)));
    forms.add(
        Form.value(
            stored -> HookValues.hook(HOOK_KEY, stored),
            HookValues::encode,
            new RunHook(
                Commits.T1,
                7,
                Commits.R1,
                Commits.AGENT,
                RunState.FAILED,
                ErrorCode.AGENT_ERROR,
                1,
                300)));
  }

  private void addInboxes() {
    forms.add(
        Form.value(
            InboxValues::state,
            InboxValues::encode,
            new InboxState(
                3, List.of(new TierPeriod(3, "early"), new TierPeriod(500, "mid")), 9, 7, 6, 4)));
    forms.add(
        Form.value(
            InboxValues::received,
            InboxValues::encode,
            new InboxEntry(new BroadcastId("b_1"), 300)));
    forms.add(
        Form.value(
            InboxValues::status,
            InboxValues::encode,
            new BroadcastStatus(300, OptionalLong.of(500), 4, 3, 2, true),
            new BroadcastStatus(1, OptionalLong.empty(), 0, 0, 0, false)));
    for (Audience audience :
        List.of(
            new Audience.All(),
            new Audience.Tiers(new TreeSet<>(List.of("early", "mid"))),
            new Audience.Users(new TreeSet<>(List.of("ada", "bob"))),
            new Audience.Online(new TreeSet<>(List.of("ada"))),
            new Audience.Operators())) {
      forms.add(Form.value(InboxValues::broadcast, InboxValues::encode, broadcast(audience)));
    }
    forms.add(
        Form.value(
            InboxValues::alert,
            InboxValues::encode,
            new FiringAlert("stalls", 1_700_000_000_000L, 0.5, 1, "a text", true)));
  }

  private static Broadcast broadcast(Audience audience) {
    return new Broadcast(
        new BroadcastKey("acme", new BroadcastId("b_1")),
        7,
        new NotificationId("n_1"),
        audience,
        new Notice("Title", "Body é", "https://example.org/", Priority.HIGH),
        1_700_000_000_000L,
        3_600L,
        1_700_003_600_000L);
  }

  private void addOthers() {
    forms.add(
        Form.value(
            stored -> AuditValues.entry(7, stored),
            AuditValues::encode,
            new AuditEntry(
                7,
                1_700_000_000_000L,
                Commits.ADA,
                "t-1",
                "erase",
                "acme",
                "bob",
                "x",
                null,
                "ok")));
  }

  private void addKeys() {
    forms.add(Form.key(Extent.PREFIX, Keys::parseUser, Keys::user, Commits.ADA));
    forms.add(Form.key(Extent.PREFIX, Keys::parseThread, Keys::thread, Commits.T1));
    forms.add(
        Form.key(
            Extent.PREFIX,
            Keys::parseBroadcast,
            Keys::broadcast,
            new BroadcastKey("acme", new BroadcastId("b_1"))));
    forms.add(Form.key(Extent.PART, Keys::active, thread -> Keys.activity(thread, 5), Commits.T1));
  }

  private void addRevocations() {
    Instant time = Instant.ofEpochSecond(1_800_000_000L);
    forms.add(
        Form.value(
            stored -> RevocationValues.revocation(REVOKED, stored),
            RevocationValues::encode,
            new Revocation(REVOKED, time, Optional.of(time), time.plusSeconds(60)),
            new Revocation(REVOKED, time, Optional.empty(), time)));
    forms.add(Form.key(Extent.PART, Keys::parseRevocation, Keys::revocation, REVOKED));
  }

  @Override
  public String name() {
    return "record";
  }

  @Override
  public List<byte[]> examples() {
    List<byte[]> examples = new ArrayList<>();
    for (int i = 0; i < forms.size(); i++) {
      for (byte[] stored : forms.get(i).stored()) {
        examples.add(FuzzTarget.of(i, stored));
      }
    }
    return examples;
  }

  @Override
  public int inputs() {
    return 100_000;
  }

  @Override
  public void take(byte[] input) {
    forms.get(FuzzTarget.variant(input, forms.size())).check(FuzzTarget.rest(input));
  }
}

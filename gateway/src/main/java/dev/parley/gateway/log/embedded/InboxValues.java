package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastStatus;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.log.InboxEntry;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.InboxState.TierPeriod;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** The values of the directory and of broadcasts. */
final class InboxValues {

  private static final int ALL = 0;
  private static final int TIERS = 1;
  private static final int USERS = 2;
  private static final int ONLINE = 3;
  private static final int OPERATORS = 4;

  private InboxValues() {}

  static byte[] encode(InboxState state) {
    ValueWriter out =
        new ValueWriter(RecordKind.INBOX)
            .putCount(state.since())
            .putCount(state.seen())
            .putCount(state.delivered())
            .putCount(state.acknowledged())
            .putCount(state.tiers().size());
    for (TierPeriod period : state.tiers()) {
      out.putCount(period.after()).putText(period.tier());
    }
    return out.putCount(state.operatorAfter() - InboxState.NO_OPERATOR).toBytes();
  }

  static InboxState state(byte[] value) {
    return ValueReader.read(
        RecordKind.INBOX,
        value,
        in -> {
          long since = in.getCount();
          long seen = in.getCount();
          long delivered = in.getCount();
          long acknowledged = in.getCount();
          List<TierPeriod> tiers = new ArrayList<>();
          for (long left = in.getCount(); left > 0; left--) {
            tiers.add(new TierPeriod(in.getCount(), in.getText()));
          }
          long operatorAfter =
              in.version() == 1 ? InboxState.NO_OPERATOR : in.getCount() + InboxState.NO_OPERATOR;
          return new InboxState(since, tiers, seen, delivered, acknowledged, operatorAfter);
        });
  }

  static byte[] encode(InboxEntry received) {
    return new ValueWriter(RecordKind.RECEIVED)
        .putText(received.broadcast().value())
        .putCount(received.position())
        .toBytes();
  }

  /** The position is 0 in version 1. */
  static InboxEntry received(byte[] value) {
    return ValueReader.read(
        RecordKind.RECEIVED,
        value,
        in -> new InboxEntry(new BroadcastId(in.getText()), in.version() < 2 ? 0 : in.getCount()));
  }

  static byte[] encode(BroadcastStatus status) {
    return new ValueWriter(RecordKind.RECEIPT)
        .putByte(status.isCancelled() ? 1 : 0)
        .putByte(status.addressed().isPresent() ? 1 : 0)
        .putCount(status.addressed().orElse(0))
        .putCount(status.reached())
        .putCount(status.delivered())
        .putCount(status.acknowledged())
        .putCount(status.position())
        .toBytes();
  }

  /** The position is 0 in version 1. */
  static BroadcastStatus status(byte[] value) {
    return ValueReader.read(
        RecordKind.RECEIPT,
        value,
        in -> {
          boolean cancelled = in.getFlag();
          boolean counted = in.getFlag();
          long addressed = in.getCount();
          if (!counted && addressed != 0) {
            throw new IllegalArgumentException("addressed: counted (expected: not yet)");
          }
          long reached = in.getCount();
          long delivered = in.getCount();
          long acknowledged = in.getCount();
          return new BroadcastStatus(
              in.version() < 2 ? 0 : in.getCount(),
              counted ? OptionalLong.of(addressed) : OptionalLong.empty(),
              reached,
              delivered,
              acknowledged,
              cancelled);
        });
  }

  /** May be encoded before it has its position: the receipt tells it. */
  static byte[] encode(Broadcast broadcast) {
    Notice notice = broadcast.notice();
    String url = notice.actionUrl();
    Long ttl = broadcast.ttlSeconds();
    ValueWriter out =
        new ValueWriter(RecordKind.BROADCAST)
            .putText(broadcast.key().tenant())
            .putText(broadcast.key().id().value())
            .putCount(broadcast.position())
            .putText(broadcast.notification().value())
            .putText(notice.title())
            .putText(notice.body())
            .putText(url == null ? "" : url)
            .putByte(notice.priority().code())
            .putCount(broadcast.createdMillis())
            .putCount(ttl == null ? 0 : ttl)
            .putCount(broadcast.expiresMillis());
    put(broadcast.audience(), out);
    return out.toBytes();
  }

  private static void put(Audience audience, ValueWriter out) {
    if (audience instanceof Audience.Tiers tiers) {
      putTexts(out.putByte(TIERS), tiers.names());
    } else if (audience instanceof Audience.Named named) {
      putTexts(out.putByte(named instanceof Audience.Users ? USERS : ONLINE), named.subjects());
    } else {
      out.putByte(audience instanceof Audience.Operators ? OPERATORS : ALL);
    }
  }

  private static void putTexts(ValueWriter out, Collection<String> texts) {
    out.putCount(texts.size());
    texts.forEach(out::putText);
  }

  static Broadcast broadcast(byte[] value) {
    return ValueReader.read(
        RecordKind.BROADCAST,
        value,
        in -> {
          BroadcastKey key = new BroadcastKey(in.getText(), new BroadcastId(in.getText()));
          long position = in.getCount();
          NotificationId notification = new NotificationId(in.getText());
          String title = new Title(in.getText()).value(); // as it is stored: trimmed
          String body = in.getText();
          String url = in.getText();
          Notice notice =
              new Notice(title, body, url.isEmpty() ? null : url, Priority.ofCode(in.getByte()));
          long created = in.getCount();
          long ttl = in.getCount();
          long expires = in.getCount();
          return new Broadcast(
              key,
              position,
              notification,
              audience(in),
              notice,
              created,
              ttl == 0 ? null : ttl,
              expires);
        });
  }

  /** The broadcast without the name of the user, if it names the user. */
  static Optional<byte[]> withoutName(byte[] broadcast, UserId user) {
    return hasName(broadcast, user.subject().getBytes(UTF_8))
        ? Optional.of(broadcast(broadcast))
            .filter(known -> known.names(user))
            .map(known -> encode(known.without(user)))
        : Optional.empty();
  }

  /** Whether the audience of this broadcast has this name, in UTF-8. Decodes no name. */
  private static boolean hasName(byte[] broadcast, byte[] name) {
    return ValueReader.read(
        RecordKind.BROADCAST,
        broadcast,
        in -> {
          in.skipTexts(2);
          in.getCount();
          in.skipTexts(4);
          in.getByte();
          in.getCount();
          in.getCount();
          in.getCount();
          byte kind = in.getByte();
          boolean isNamed = false;
          for (long left = hasNames(kind) ? in.getCount() : 0; left > 0; left--) {
            isNamed |= in.isText(name);
          }
          return isNamed && (kind == USERS || kind == ONLINE);
        });
  }

  private static boolean hasNames(byte kind) {
    return kind != ALL && kind != OPERATORS;
  }

  private static Audience audience(ValueReader in) {
    byte kind = in.getByte();
    TreeSet<String> names = new TreeSet<>();
    for (long left = hasNames(kind) ? in.getCount() : 0; left > 0; left--) {
      String name = in.getText();
      if (!names.isEmpty() && names.last().compareTo(name) >= 0) {
        throw new IllegalArgumentException("audience: another order (expected: that of names)");
      }
      names.add(name);
    }
    return switch (kind) {
      case ALL -> new Audience.All();
      case TIERS -> new Audience.Tiers(names);
      case USERS -> new Audience.Users(names);
      case ONLINE -> new Audience.Online(names);
      case OPERATORS -> new Audience.Operators();
      default -> throw new IllegalArgumentException("audience: " + kind + " (expected: 0 to 4)");
    };
  }

  static byte[] encode(FiringAlert alert) {
    return new ValueWriter(RecordKind.ALERT)
        .putText(alert.name())
        .putCount(alert.firedMillis())
        .putDecimal(alert.value())
        .putDecimal(alert.limit())
        .putText(alert.text())
        .putByte(alert.isTold() ? 1 : 0)
        .toBytes();
  }

  static FiringAlert alert(byte[] value) {
    return ValueReader.read(
        RecordKind.ALERT,
        value,
        in ->
            new FiringAlert(
                in.getText(),
                in.getCount(),
                in.getDecimal(),
                in.getDecimal(),
                in.getText(),
                in.getFlag()));
  }
}

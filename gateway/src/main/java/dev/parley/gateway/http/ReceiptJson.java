package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.Recipient;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.user.inbox.Receipt;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A broadcast, its receipt, and who got it, as JSON (protocol, "Broadcasts"). */
final class ReceiptJson {

  private ReceiptJson() {}

  static byte[] of(BroadcastRecord record, long nowMillis) {
    return JsonOut.object(
        out -> {
          Broadcast broadcast = record.broadcast();
          JsonGenerator json = out.json();
          out.text("broadcast_id", broadcast.key().id().value());
          out.text("state", state(record, nowMillis));
          out.text("created_at", time(broadcast.createdMillis()));
          out.text("expires_at", time(broadcast.expiresMillis()));
          json.writeObjectFieldStart("audience");
          write(json, broadcast.audience());
          json.writeEndObject();
          json.writeObjectFieldStart("notification");
          write(out, broadcast);
          json.writeEndObject();
          write(json, Receipt.of(record, nowMillis));
        });
  }

  private static String state(BroadcastRecord record, long nowMillis) {
    if (record.status().isCancelled()) {
      return "cancelled";
    }
    return record.isOver(nowMillis) ? "expired" : "open";
  }

  private static String time(long millis) {
    return JsonOut.timestamp(Instant.ofEpochMilli(millis));
  }

  private static void write(JsonGenerator json, Audience audience) throws IOException {
    if (audience instanceof Audience.Tiers tiers) {
      texts(json, "tiers", tiers.names());
    } else if (audience instanceof Audience.Users users) {
      texts(json, "users", users.subjects());
    } else {
      json.writeBooleanField(audience instanceof Audience.Online ? "online" : "all", true);
    }
  }

  private static void texts(JsonGenerator json, String name, Collection<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static void write(JsonOut out, Broadcast broadcast) throws IOException {
    Notice notice = broadcast.notice();
    out.text("notification_id", broadcast.notification().value());
    out.text("title", notice.title());
    out.text("body", notice.body());
    out.text("action_url", notice.actionUrl());
    out.text("priority", notice.priority().wire());
  }

  private static void write(JsonGenerator json, Receipt receipt) throws IOException {
    count(json, "addressed", receipt.addressed());
    count(json, "delivered", receipt.delivered());
    count(json, "acknowledged", receipt.acknowledged());
    count(json, "waiting", receipt.waiting());
    count(json, "expired", receipt.expired());
  }

  private static void count(JsonGenerator json, String name, @Nullable Long users)
      throws IOException {
    if (users == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, users);
    }
  }

  /** Some of the recipients; {@code next} names the page after, if there is one. */
  static byte[] of(
      BroadcastRecord record, List<Recipient> recipients, @Nullable String next, long nowMillis) {
    return JsonOut.object(
        out -> {
          out.text("broadcast_id", record.broadcast().key().id().value());
          out.json().writeArrayFieldStart("users");
          for (Recipient each : recipients) {
            out.json().writeStartObject();
            out.text("user_id", each.user().subject());
            out.text("state", RecipientState.of(each, record, nowMillis).wire());
            out.text("reason", RecipientState.reason(each, record, nowMillis));
            out.json().writeEndObject();
          }
          out.json().writeEndArray();
          out.text("next", next);
        });
  }
}

package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.log.ThreadEntry;
import dev.parley.gateway.log.ThreadHead;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** A page of the list of a user's threads. */
final class ThreadsJson {

  private ThreadsJson() {}

  /**
   * The body.
   *
   * @param threads one more than the page if there is another page
   * @param withTitles whether the reader may see what people wrote
   */
  static byte[] of(List<ThreadEntry> threads, int limit, boolean withTitles) {
    return JsonOut.object(
        out -> {
          JsonGenerator json = out.json();
          List<ThreadEntry> page = threads.subList(0, Math.min(threads.size(), limit));
          json.writeArrayFieldStart("threads");
          for (ThreadEntry entry : page) {
            write(json, entry, withTitles);
          }
          json.writeEndArray();
          if (page.size() < threads.size()) {
            json.writeStringField("next", ListCursor.text(page.get(page.size() - 1).position()));
          }
        });
  }

  private static void write(JsonGenerator json, ThreadEntry entry, boolean withTitles)
      throws IOException {
    ThreadHead head = entry.head();
    json.writeStartObject();
    json.writeStringField("thread_id", entry.thread().value());
    json.writeStringField("epoch", head.epoch().value());
    json.writeNumberField("oldest", head.oldest());
    json.writeNumberField("head", head.head());
    json.writeStringField(
        "last_event_at", JsonOut.timestamp(Instant.ofEpochMilli(head.lastMillis())));
    json.writeStringField(
        "last_activity", JsonOut.timestamp(Instant.ofEpochMilli(head.activityMillis())));
    if (withTitles && head.title() != null) {
      json.writeStringField("title", head.title().value());
    }
    if (head.lastAgent() != null) {
      json.writeStringField("agent", head.lastAgent().value());
    }
    if (head.openRun() != null) {
      json.writeStringField("open_run", head.openRun().value());
    }
    json.writeNumberField("queued", head.queue().size());
    json.writeEndObject();
  }
}

package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ModelNotes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A thread in which the note of a message stands in place of the texts and the service's own calls
 * that it holds. A note that cannot go back is left out: one of another model, or one with an id
 * that the thread has already. Used by one thread.
 */
final class NotedHistory {

  private final ModelNotes notes;
  private final Set<String> ids = new HashSet<>();

  NotedHistory(ModelNotes notes) {
    this.notes = notes;
  }

  History of(History history) {
    return new History(
        history.items().stream()
            .map(item -> item instanceof History.PastAnswer answer ? of(answer) : item)
            .toList(),
        history.truncated());
  }

  /** The ids of all calls in the notes that go back. */
  Set<String> ids() {
    return ids;
  }

  private History.Item of(History.PastAnswer answer) {
    List<History.AnswerPart> parts = new ArrayList<>();
    for (History.AnswerPart part : answer.parts()) {
      if (part instanceof History.PastNote note) {
        Optional<NotedMessage> message = NotedMessage.of(note.value(), notes);
        if (message.isPresent() && isNew(message.get().ids())) {
          dropSaid(parts, message.get().ids());
          parts.add(note);
        }
      } else {
        parts.add(part);
      }
    }
    return new History.PastAnswer(answer.run(), answer.agent(), answer.state(), parts);
  }

  private boolean isNew(Set<String> added) {
    boolean isNew = added.stream().noneMatch(ids::contains);
    ids.addAll(added);
    return isNew;
  }

  /** Drops what the message holds: all after the last call, or note, that is not its own. */
  private static void dropSaid(List<History.AnswerPart> parts, Set<String> own) {
    int end = parts.size();
    while (end > 0 && isOf(parts.get(end - 1), own)) {
      end--;
    }
    parts.subList(end, parts.size()).clear();
  }

  private static boolean isOf(History.AnswerPart part, Set<String> own) {
    return part instanceof History.AnswerText
        || (part instanceof History.PastToolCall call && own.contains(call.call()));
  }
}

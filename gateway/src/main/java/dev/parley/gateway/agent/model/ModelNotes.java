package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The notes of one model of one service: what it said that is for its own next request only, such
 * as signatures. A note is a JSON object that names the service and the model; another service or
 * model never gets it. Callable from any thread.
 */
public final class ModelNotes {

  private static final String SERVICE = "service";
  private static final String MODEL = "model";

  private final String service;
  private final String model;

  /**
   * The notes of this model.
   *
   * @param uri of the service
   * @param model may be empty
   */
  public ModelNotes(URI uri, String model) {
    this.service = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ':' + uri.getPort();
    this.model = model;
  }

  /** The members of a note; empty if another model or service wrote it. */
  public Optional<RawMembers> read(RawJson note) {
    try {
      RawMembers members = RawMembers.parse(note.toString());
      boolean isOwn =
          members.text(SERVICE).equals(Optional.of(service))
              && members.text(MODEL).equals(Optional.of(model));
      return isOwn ? Optional.of(members) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The notes of a run that begins. */
  public Writer begin() {
    return new Writer(0);
  }

  /**
   * The notes of a run that goes on.
   *
   * @param used the bytes of those that it has, as {@link Resumption#noteBytes}
   */
  public Writer resume(long used) {
    return new Writer(used);
  }

  /** Writes the notes of one run, as many as may be kept. Used by one thread at a time. */
  public final class Writer {
    private long left;

    private Writer(long used) {
      left = AgentEvent.Note.MAX_BYTES_OF_RUN - used;
    }

    /** Emits a note with these members, if there is room for it. */
    public void add(RawMembers members, Consumer<AgentEvent> out) {
      RawMembers owned = new RawMembers();
      owned.putText(SERVICE, service);
      owned.putText(MODEL, model);
      members.all().forEach(owned::put);
      RawJson note = RawJson.of(owned.toString());
      int bytes = AgentEvent.Note.OVERHEAD + note.length();
      if (bytes <= left) {
        left -= bytes;
        out.accept(new AgentEvent.Note(note));
      }
    }
  }
}

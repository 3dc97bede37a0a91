package dev.parley.gateway.user;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.codec.JsonFrames;
import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.read.Answer;
import dev.parley.gateway.user.read.Subscriber;
import dev.parley.gateway.user.thread.Frame;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection that keeps every frame it is given, once the schema of the protocol allows it. */
public final class RecordingSubscriber implements Subscriber {

  private final ConnectionId id;
  private final List<JsonNode> frames = new ArrayList<>();
  private final List<List<JsonNode>> answers = new ArrayList<>();
  private final List<Frame> given = new ArrayList<>();
  private final List<Integer> answerBytes = new ArrayList<>();
  private int replies;
  private int done;
  private Runnable onAnswer = () -> {};
  private Runnable onCommandOver = () -> {};
  private boolean isWritten = true;
  private @Nullable CloseReason closed;
  private @Nullable AssertionError invalid;

  public RecordingSubscriber(String id) {
    this.id = new ConnectionId(id);
  }

  /** What the connection does when its ask is answered. */
  public void onAnswer(Runnable action) {
    onAnswer = action;
  }

  /** What the connection does when a command is unanswered no longer: it may dispatch the next. */
  public void onCommandOver(Runnable action) {
    onCommandOver = action;
  }

  @Override
  public ConnectionId id() {
    return id;
  }

  @Override
  public void welcome(Frame frame) {
    frames.add(json(frame));
  }

  @Override
  public void reply(ServerSignal signal) {
    replies++;
    frames.add(json(Frame.of(MessageCodec.encode(signal))));
    onCommandOver.run();
  }

  @Override
  public void done() {
    done++;
    onCommandOver.run();
  }

  @Override
  public void signal(Frame frame) {
    frames.add(json(frame));
  }

  @Override
  public void subscriptions(int now) {}

  @Override
  public void answer(Answer answer) {
    List<JsonNode> read = answer.frames().stream().map(this::json).toList();
    frames.addAll(read);
    given.addAll(answer.frames());
    answers.add(read);
    answerBytes.add(answer.frames().stream().mapToInt(Frame::length).sum());
    answer.taken();
    if (isWritten && answer.onWritten() != null) {
      answer.onWritten().run();
    }
    onAnswer.run();
  }

  @Override
  public void close(CloseReason reason) {
    closed = reason;
  }

  private JsonNode json(Frame frame) {
    byte[] text = new byte[frame.length()];
    System.arraycopy(frame.head(), 0, text, 0, frame.head().length);
    System.arraycopy(frame.body(), 0, text, frame.head().length, frame.body().length);
    try {
      return JsonFrames.fromServer(text);
    } catch (AssertionError broken) {
      invalid = broken;
      throw broken;
    }
  }

  /** Fails if a frame was not valid: who gave it may have caught that. */
  void requireValid() {
    if (invalid != null) {
      throw invalid;
    }
  }

  /** Every frame, in the order given. */
  public List<JsonNode> frames() {
    return frames;
  }

  /** The frames of all answers as they were given, events and signals, in order. */
  public List<Frame> given() {
    return given;
  }

  /** The types of all frames, in the order given. */
  public List<String> types() {
    return frames.stream().map(RecordingSubscriber::type).toList();
  }

  private static String type(JsonNode frame) {
    return frame.path("type").asText();
  }

  /** All frames of this type. */
  public List<JsonNode> all(String type) {
    return frames.stream().filter(frame -> type(frame).equals(type)).toList();
  }

  /** The payload of the last frame of this type. */
  public JsonNode last(String type) {
    List<JsonNode> all = all(type);
    if (all.isEmpty()) {
      throw new AssertionError("frame: no " + type + " in " + frames);
    }
    return all.get(all.size() - 1).path("payload");
  }

  /** The payload of the answer to this command. */
  public JsonNode answerTo(String command) {
    for (JsonNode frame : frames) {
      if (frame.path("id").asText().equals(command)) {
        return frame.path("payload");
      }
    }
    throw new AssertionError("answer: none to " + command + " in " + frames);
  }

  /** The events of a thread, in the order given. */
  public List<JsonNode> events(String thread) {
    return frames.stream()
        .filter(frame -> frame.has("seq") && frame.path("thread_id").asText().equals(thread))
        .toList();
  }

  /** The seqs of a thread's events, in the order given. */
  public List<Long> seqs(String thread) {
    return events(thread).stream().map(frame -> frame.path("seq").asLong()).toList();
  }

  /** How many commands were answered. */
  public int replies() {
    return replies;
  }

  /** The commands of this connection whose messages were given to an agent, in that order. */
  public List<String> answered() {
    return all("agent_started").stream()
        .map(started -> seqOf(started.path("payload").path("message_id")))
        .map(this::commandAccepted)
        .toList();
  }

  private JsonNode seqOf(JsonNode message) {
    return all("message_added").stream()
        .filter(added -> added.path("payload").path("message_id").equals(message))
        .findFirst()
        .orElseThrow()
        .path("seq");
  }

  private String commandAccepted(JsonNode seq) {
    return all("accepted").stream()
        .filter(accepted -> accepted.path("payload").path("seq").equals(seq))
        .findFirst()
        .orElseThrow()
        .path("id")
        .asText();
  }

  /** How many commands without an answer were carried out. */
  public int carriedOut() {
    return done;
  }

  /** Whether the socket takes what it is given from now on. */
  public void isWritten(boolean written) {
    isWritten = written;
  }

  public List<List<JsonNode>> answers() {
    return answers;
  }

  /** The bytes of each answer. */
  public List<Integer> answerBytes() {
    return answerBytes;
  }

  public @Nullable CloseReason closed() {
    return closed;
  }

  /** Forgets the frames, so that a test sees what comes next. */
  public void clear() {
    frames.clear();
    given.clear();
    answers.clear();
    answerBytes.clear();
  }
}

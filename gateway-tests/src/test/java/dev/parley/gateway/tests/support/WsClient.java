package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.Tally;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client of the gateway on the JDK's WebSocket. Every received frame must be valid for the
 * published schema, the order of its thread and the grammar of its run; {@link #await} and {@link
 * #close} throw the first violation. Used by one test thread.
 */
public final class WsClient implements AutoCloseable {
  private static final HttpClient HTTP = TestHttp.SOCKETS;

  /** How the token is sent (protocol, "Connecting"). */
  public enum TokenBy {
    HEADER,
    SUBPROTOCOL,
    FIRST_FRAME
  }

  private final URI address;
  private final Inbox inbox;
  private final WebSocket socket;

  private WsClient(URI address, Inbox inbox, WebSocket.Builder builder) {
    this.address = address;
    this.inbox = inbox;
    this.socket = join(builder.buildAsync(address, new Listener(inbox)));
  }

  /** Opens a connection with the token in the header and waits for its welcome. */
  public static WsClient open(URI gateway, String token) {
    return open(gateway, token, TokenBy.HEADER, Map.of());
  }

  public static WsClient open(URI gateway, String token, TokenBy by) {
    return open(gateway, token, by, Map.of());
  }

  private static WsClient open(
      URI gateway, String token, TokenBy by, Map<String, ThreadReader> threads) {
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    switch (by) {
      case HEADER -> builder.subprotocols("parley.v1").header("Authorization", "Bearer " + token);
      case SUBPROTOCOL -> builder.subprotocols("parley.v1", "bearer." + token);
      case FIRST_FRAME -> builder.subprotocols("parley.v1");
    }
    WsClient client = new WsClient(webSocket(gateway), new Inbox(threads), builder);
    if (by == TokenBy.FIRST_FRAME) {
      client.sendValid(Commands.authenticate(token));
    }
    client.await("welcome");
    return client;
  }

  /** Opens a connection that has not authenticated yet. */
  public static WsClient openAnonymous(URI gateway) {
    WebSocket.Builder builder = HTTP.newWebSocketBuilder().subprotocols("parley.v1");
    return new WsClient(webSocket(gateway), new Inbox(Map.of()), builder);
  }

  /** A new connection of the same client; it continues the threads that this one has read. */
  public WsClient reopen(String token) {
    return reopen(address, token);
  }

  /** The same at another address. */
  public WsClient reopen(URI gateway, String token) {
    return open(gateway, token, TokenBy.HEADER, inbox.threads());
  }

  /** The address of the WebSocket of this gateway. */
  public static URI webSocket(URI gateway) {
    String scheme =
        switch (gateway.getScheme()) {
          case "https", "wss" -> "wss";
          default -> "ws";
        };
    return URI.create(scheme + "://" + gateway.getRawAuthority() + "/ws");
  }

  /** Sends a valid frame; an invalid one fails the test. */
  public void sendValid(ObjectNode frame) {
    Schemas.checkClient(frame);
    send(frame.toString());
  }

  /** Sends this text without a check. */
  public void send(String text) {
    join(socket.sendText(text, true));
  }

  public void sendBinary(byte[] bytes) {
    join(socket.sendBinary(ByteBuffer.wrap(bytes), true));
  }

  /** Sends a valid frame and returns its answer. */
  public Received ask(ObjectNode frame) {
    sendValid(frame);
    return answer(frame.path("id").asText());
  }

  /** The answer to the command with this id. */
  public Received answer(String id) {
    return awaitWhere(
        "answer to " + id,
        frame ->
            frame.id().equals(id)
                && switch (frame.type()) {
                  case "accepted", "rejected", "pong" -> true;
                  default -> false;
                });
  }

  /** Sends a message to the builtin agent and returns the accepted answer. */
  public Received say(String thread, String content) {
    Received answer = ask(Commands.userMessage(newId(), thread, content));
    if (!answer.type().equals("accepted")) {
      throw new AssertionError("answer: " + answer + " (expected: accepted)");
    }
    return answer;
  }

  /** Sends a message to the builtin agent, waits for the end of the run and returns its events. */
  public List<Received> runToEnd(String thread, String content) {
    String run = say(thread, content).runId();
    awaitEnd(run);
    return thread(thread).eventsOf(run);
  }

  public static String newId() {
    return UUID.randomUUID().toString();
  }

  /** Takes the first frame of this type that no await has taken. */
  public Received await(String type) {
    return awaitWhere(type, frame -> frame.type().equals(type));
  }

  /** Takes the first frame of this type on this thread that no await has taken. */
  public Received await(String type, String thread) {
    return awaitWhere(
        type + " on " + thread,
        frame -> frame.type().equals(type) && frame.thread().equals(thread));
  }

  /** Takes the event that ends this run. */
  public Received awaitEnd(String run) {
    return awaitWhere("end of " + run, frame -> frame.isTerminal() && frame.runId().equals(run));
  }

  /** Takes the first matching frame that no await has taken. */
  public Received awaitWhere(String wanted, Predicate<Received> predicate) {
    return inbox.take(wanted, predicate, Bounds.TIMEOUT);
  }

  /** Waits until the gateway has ended the connection. */
  public Close awaitClose() {
    return inbox.awaitClose(Bounds.TIMEOUT);
  }

  /** Subscribes from the oldest retained event and waits for {@code caught_up}. */
  public ThreadReader readAll(String thread) {
    return read(Commands.subscribeAll(newId(), thread), thread);
  }

  /** Subscribes from the cursor held of this thread and waits for {@code caught_up}. */
  public ThreadReader resume(String thread) {
    ThreadReader held = thread(thread);
    return read(Commands.subscribe(newId(), thread, held.cursor(), held.epoch()), thread);
  }

  private ThreadReader read(ObjectNode subscribe, String thread) {
    sendValid(subscribe);
    String id = subscribe.path("id").asText();
    Received begin =
        awaitWhere(
            "subscribed", frame -> frame.type().equals("subscribed") && frame.id().equals(id));
    awaitWhere(
        "caught_up on " + thread,
        frame ->
            frame.type().equals("caught_up")
                && frame.thread().equals(thread)
                && inbox.isAfter(frame, begin));
    return thread(thread);
  }

  /** The events held of this thread. */
  public ThreadReader thread(String name) {
    return inbox.thread(name);
  }

  /** All frames in order of arrival. */
  public List<Received> received() {
    return inbox.all();
  }

  /** Waits, with a ping, until the gateway has handled every frame sent before. */
  public void barrier() {
    ask(Commands.ping(newId()));
  }

  /** Cuts the connection right after the first matching frame; later frames are discarded. */
  public void cutAfter(Predicate<Received> frame) {
    inbox.cutAfter(frame);
  }

  /** Ends the TCP connection without a Close frame; frames in flight are discarded. */
  public void cut() {
    Tally.fault();
    drop();
  }

  /** The same when something else has broken the connection, or when the test is over. */
  public void drop() {
    inbox.cut();
    socket.abort();
    inbox.check();
  }

  /** Closes with a Close frame and throws the first violation. */
  @Override
  public void close() {
    if (!socket.isOutputClosed()) {
      // Fails if the gateway has just closed; its Close frame arrives then.
      join(socket.sendClose(WebSocket.NORMAL_CLOSURE, "").exceptionally(closed -> socket));
      awaitClose();
    }
    socket.abort();
    inbox.check();
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.get(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("WebSocket: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Called by the JDK's client on its threads, one call at a time. */
  private static final class Listener implements WebSocket.Listener {
    private final Inbox inbox;
    private final StringBuilder partial = new StringBuilder();

    Listener(Inbox inbox) {
      this.inbox = inbox;
    }

    @Override
    public @Nullable CompletableFuture<?> onText(WebSocket from, CharSequence text, boolean last) {
      partial.append(text);
      if (last) {
        if (inbox.add(partial.toString())) {
          from.abort();
          inbox.closed(new Close(1006, "cut by the test"));
        }
        partial.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletableFuture<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      inbox.violated(new AssertionError("frame: binary (expected: text)"));
      return null;
    }

    @Override
    public @Nullable CompletableFuture<?> onClose(WebSocket from, int code, String reason) {
      inbox.closed(new Close(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      // A violation of the gateway is the cause of a ProtocolException without a message.
      String cause = error.getCause() == null ? "" : ", " + error.getCause();
      inbox.closed(new Close(1006, error + cause));
    }
  }
}

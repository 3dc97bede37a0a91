package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.route.Route;
import dev.parley.gateway.user.read.Answer;
import dev.parley.gateway.user.read.Subscriber;
import dev.parley.gateway.user.thread.Frame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Opens routes that record their calls. By default each route welcomes its connection. */
final class FakeRouter implements Route.Opener {

  final BlockingQueue<FakeRoute> opened = new LinkedBlockingQueue<>();
  volatile Consumer<Subscriber> onOpen = subscriber -> subscriber.welcome(text("welcome"));

  static Frame text(String text) {
    return Frame.of(text.getBytes(UTF_8));
  }

  /** The reply to a ping of this id. */
  static ServerSignal pong(String id) {
    return new ServerSignal.Pong(new CommandId(id));
  }

  /** The same reply as text. */
  static String pongText(String id) {
    return new String(MessageCodec.encode(pong(id)), UTF_8);
  }

  static Answer answer(Frame... frames) {
    return new Answer(List.of(frames), () -> {}, null);
  }

  @Override
  public FakeRoute open(Principal principal, Subscriber subscriber) {
    FakeRoute route = new FakeRoute(principal, subscriber, Thread.currentThread());
    opened.add(route);
    onOpen.accept(subscriber);
    return route;
  }

  /** Waits for the next route that is opened. */
  FakeRoute next() throws InterruptedException {
    FakeRoute route = opened.poll(10, TimeUnit.SECONDS);
    if (route == null) {
      throw new AssertionError("no connection was opened");
    }
    return route;
  }

  /** The route of one connection. */
  static final class FakeRoute implements Route {

    final Principal principal;
    final Subscriber subscriber;
    final Thread home;
    final Set<Thread> callers = Collections.synchronizedSet(new HashSet<>());
    final List<ClientCommand> commands = Collections.synchronizedList(new ArrayList<>());
    final List<Principal> refreshes = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> asks = Collections.synchronizedList(new ArrayList<>());
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    FakeRoute(Principal principal, Subscriber subscriber, Thread home) {
      this.principal = principal;
      this.subscriber = subscriber;
      this.home = home;
    }

    @Override
    public void dispatch(ClientCommand command) {
      callers.add(Thread.currentThread());
      commands.add(command);
    }

    @Override
    public void refresh(CommandId command, Principal renewed) {
      refreshes.add(renewed);
      subscriber.reply(pong("refreshed"));
    }

    @Override
    public void ask(int bytes) {
      callers.add(Thread.currentThread());
      asks.add(bytes);
    }

    @Override
    public void close() {
      callers.add(Thread.currentThread());
      ends.add("closed");
    }

    /** Waits until the connection has closed. */
    void awaitEnd() throws InterruptedException {
      if (ends.poll(10, TimeUnit.SECONDS) == null) {
        throw new AssertionError("the connection has not closed");
      }
    }
  }
}

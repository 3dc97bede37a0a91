package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Secret;
import io.netty.channel.EventLoopGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process with many connected users who read their inboxes. It answers lines as {@link Probe}
 * does: {@code figures N}, and {@code dump N PATH} writes the arrivals to a file, for each user the
 * number of notifications and the monotonic time of the first.
 */
public final class NoticeReceivers {

  private final List<NoticeReceiver> all = new ArrayList<>();

  private NoticeReceivers() {}

  /** Starts the process, whose users have the numbers from {@code first} on. */
  static Child start(Path folder, Target gateway, int first, int count) throws IOException {
    return Child.start(
        List.of("-Xmx384m"),
        Child.ownClassPath(),
        NoticeReceivers.class,
        List.of(
            Integer.toString(gateway.server().port()),
            Integer.toString(first),
            Integer.toString(count)),
        Target.environment(gateway.secret()),
        folder.resolve("receivers-" + first + ".log"));
  }

  /** Serves until its input ends. Arguments: port of the gateway, first user, number of users. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int port = Integer.parseInt(args[0]);
    NoticeReceivers receivers = new NoticeReceivers();
    for (int i = 0; i < Integer.parseInt(args[2]); i++) {
      receivers.all.add(new NoticeReceiver());
    }
    EventLoopGroup loops = Sockets.loops(1);
    Thread opening =
        new Thread(() -> receivers.open(loops, port, Integer.parseInt(args[1])), "opening");
    opening.setDaemon(true);
    opening.start();
    System.out.println("The receivers: their gateway is ready at http://127.0.0.1:" + port);
    receivers.serve();
    Sockets.end(loops);
  }

  private void open(EventLoopGroup loops, int port, int first) {
    try {
      Tokens tokens =
          Tokens.of(Secret.of(requireNonNull(System.getenv(Target.SECRET), Target.SECRET)));
      Crowd.each(
          all.size(),
          i -> all.get(i).begin(loops, port, tokens.of(Directory.user(first + i), false)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() throws IOException {
    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = asked.readLine(); line != null; line = asked.readLine()) {
      String[] words = line.split(" ", 3);
      if (words[0].equals("dump")) {
        Files.write(
            Path.of(words[2]),
            all.stream().map(each -> each.count() + " " + each.first()).toList());
      }
      System.out.println("figures " + words[1] + ": " + figures());
    }
  }

  private Map<String, Long> figures() {
    return Map.of(
        "settled", all.stream().filter(NoticeReceiver::isSettled).count(),
        "received", all.stream().filter(each -> each.count() > 0).count());
  }
}

package dev.parley.gateway.agent.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** Scripts of an HTTP proxy. */
final class ScriptedProxy {

  private ScriptedProxy() {}

  /** Opens the tunnel that was asked for, and passes bytes both ways until one side ends. */
  static ScriptedService.Script tunnel() {
    return dialogue -> {
      dialogue.readRequest();
      String[] target = dialogue.requestLine().split(" ", -1)[1].split(":", -1);
      try (Socket service = new Socket(target[0], Integer.parseInt(target[1]))) {
        dialogue.send("HTTP/1.1 200 Connection established\r\n\r\n");
        Thread back = new Thread(() -> copyQuietly(service, dialogue), "scripted-back");
        back.setDaemon(true);
        back.start();
        copy(dialogue.in(), service.getOutputStream());
      }
    };
  }

  /** The same; cuts the connection to the client when the latch is open, without an end of TLS. */
  static ScriptedService.Script tunnel(CountDownLatch cut) {
    return dialogue -> {
      Thread cutter =
          new Thread(
              () -> {
                try {
                  cut.await();
                  dialogue.endOutput();
                } catch (IOException | InterruptedException e) {
                  // The test is over.
                }
              },
              "scripted-cut");
      cutter.setDaemon(true);
      cutter.start();
      tunnel().run(dialogue);
    };
  }

  private static void copyQuietly(Socket service, Dialogue dialogue) {
    try {
      copy(service.getInputStream(), dialogue.out());
    } catch (IOException e) {
      // The other direction has ended.
    }
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[8192];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      out.flush();
    }
  }
}

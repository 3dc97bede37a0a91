package dev.parley.gateway;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.log.StoreConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Checks port and folder when the settings already have problems, so that the operator sees all
 * problems together. Changes nothing.
 */
final class StartupChecks {

  private static final String FOLDER = "a folder that this user may write to";

  private StartupChecks() {}

  static void check(GatewayConfig config, Problems problems) {
    String host = config.listener().binding().host();
    int port = config.listener().binding().port();
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      problems.add("server.port", host + ":" + port, "an address that nobody listens on");
    }
    Path folder = config.store().path();
    if (config.store().type() == StoreConfig.Type.EMBEDDED && !canWrite(folder)) {
      problems.add("store.path", folder.toString(), FOLDER);
    }
  }

  /** The expectation for a folder that failed with this exception. */
  static String folder(IOException e) {
    return FOLDER + "; " + e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  /** Whether the folder can be written to, or created. */
  static boolean canWrite(Path folder) {
    Path existing = nearestExisting(folder.toAbsolutePath().normalize());
    return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
  }

  private static @Nullable Path nearestExisting(Path folder) {
    Path place = folder;
    while (place != null && Files.notExists(place)) {
      place = place.getParent();
    }
    return place;
  }
}

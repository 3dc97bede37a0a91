package dev.parley.gateway;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.transport.ListenerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Checks ports and folder when the settings already have problems, so that the operator sees all
 * problems together. Changes nothing.
 */
final class StartupChecks {

  private static final String FOLDER = "a folder that this user may write to";

  private StartupChecks() {}

  static void check(GatewayConfig config, Problems problems) {
    checkPorts(config, problems);
    Path folder = config.store().path();
    if (config.store().type() == StoreConfig.Type.EMBEDDED && !canWrite(folder)) {
      problems.add("store.path", folder.toString(), FOLDER);
    }
  }

  /** Checks the ports alone. */
  static void checkPorts(GatewayConfig config, Problems problems) {
    ListenerConfig.Binding binding = config.listener().binding();
    checkPort("server.port", binding.host(), binding.port(), problems);
    config.ops().ifPresent(ops -> checkPort("ops.port", ops.host(), ops.port(), problems));
  }

  private static void checkPort(String setting, String host, int port, Problems problems) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      problems.add(setting, host + ":" + port, "an address that nobody listens on");
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

package dev.parley.gateway.transport;

import dev.parley.gateway.config.Key;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.monitor.ByteAccount;
import java.util.List;

/**
 * How many bytes may wait for sockets before readers are held back.
 *
 * @param bytes of the whole process
 * @param tenantBytes of one tenant
 */
public record OutboundConfig(int bytes, int tenantBytes) {

  private static final Key<Integer> ALL =
      Key.of(
          "limits.outbound_memory",
          "256MiB",
          Quantities.size("1MiB", "2047MiB"),
          "Bytes that may wait for slow sockets before their readers are held back.");
  private static final Key<Integer> TENANT =
      Key.of(
          "limits.tenant_outbound_memory",
          "128MiB",
          Quantities.size("1MiB", "2047MiB"),
          "The same for the users of one tenant.");

  public static final List<Setting> KEYS = List.of(ALL, TENANT);

  /** What waits for sockets, with these bounds: in all, and below it by tenant. */
  public ByteAccount account() {
    return new ByteAccount(bytes, tenantBytes);
  }

  public static OutboundConfig read(Settings settings, Problems problems) {
    return new OutboundConfig(settings.get(ALL, problems), settings.get(TENANT, problems));
  }
}

package dev.parley.gateway.transport;

import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.limit.ByteAccount;

/**
 * Bounds on the bytes that wait for sockets; beyond them readers are held back.
 *
 * @param bytes of the whole process
 * @param tenantBytes of one tenant
 */
public record OutboundConfig(int bytes, int tenantBytes) {

  /** A new account with these bounds: one for the process, and one for each tenant in it. */
  public ByteAccount account() {
    return new ByteAccount(bytes, tenantBytes);
  }

  public static OutboundConfig read(Settings settings) {
    return new OutboundConfig(
        settings.get(
            "limits.outbound_memory",
            "256MiB",
            Quantities.size("1MiB", "2047MiB"),
            "Bytes that may wait for slow sockets before the gateway reads less for them."),
        settings.get(
            "limits.tenant_outbound_memory",
            "128MiB",
            Quantities.size("1MiB", "2047MiB"),
            "The same for the users of one tenant."));
  }
}

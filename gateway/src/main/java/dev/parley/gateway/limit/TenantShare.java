package dev.parley.gateway.limit;

/**
 * The rule for what all tenants have in common: a tenant holds no more than it leaves for all. One
 * alone gets half of the maximum; any <i>k</i> tenants leave others the maximum / 2<sup>k</sup>, so
 * that no tenant can take everything.
 */
public final class TenantShare {

  private TenantShare() {}

  /**
   * Whether a tenant may take more.
   *
   * @param own what the tenant holds
   * @param all what all tenants hold, with its own
   * @param more that it would take
   * @param max of all tenants
   */
  public static boolean fits(long own, long all, long more, long max) {
    return own + more <= max - all;
  }
}

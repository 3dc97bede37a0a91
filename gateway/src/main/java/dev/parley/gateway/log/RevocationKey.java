package dev.parley.gateway.log;

import java.util.Comparator;

/**
 * Which tokens of a tenant a {@link Revocation} is about. Keys are in the order of tenant, kind and
 * name.
 *
 * @param name the {@code jti} of the token, or the subject of the user; empty for the whole tenant
 */
public record RevocationKey(String tenant, Kind kind, String name)
    implements Comparable<RevocationKey> {

  /** What the name is. */
  public enum Kind {
    TENANT(0),
    USER(1),
    TOKEN(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** The number that stores have for it. */
    public int code() {
      return code;
    }

    /**
     * The kind with this number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Kind of(int code) {
      for (Kind each : values()) {
        if (each.code == code) {
          return each;
        }
      }
      throw new IllegalArgumentException("kind: " + code + " (expected: 0 to 2)");
    }
  }

  private static final Comparator<RevocationKey> ORDER =
      Comparator.comparing(RevocationKey::tenant)
          .thenComparing(RevocationKey::kind)
          .thenComparing(RevocationKey::name);

  /** Checks that exactly the whole tenant has no name. */
  public RevocationKey {
    if (name.isEmpty() != (kind == Kind.TENANT)) {
      throw new IllegalArgumentException("name: \"" + name + "\" (expected: one unless TENANT)");
    }
  }

  /** All tokens of the tenant. */
  public static RevocationKey ofTenant(String tenant) {
    return new RevocationKey(tenant, Kind.TENANT, "");
  }

  /** The tokens of this user of the tenant. */
  public static RevocationKey ofUser(String tenant, String subject) {
    return new RevocationKey(tenant, Kind.USER, subject);
  }

  /** The tokens of the tenant with this id. */
  public static RevocationKey ofToken(String tenant, String tokenId) {
    return new RevocationKey(tenant, Kind.TOKEN, tokenId);
  }

  @Override
  public int compareTo(RevocationKey other) {
    return ORDER.compare(this, other);
  }
}

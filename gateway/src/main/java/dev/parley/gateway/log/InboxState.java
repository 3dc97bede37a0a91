package dev.parley.gateway.log;

import java.util.ArrayList;
import java.util.List;

/**
 * A user in the directory of the tenant, and how far the user has come in the inbox.
 *
 * @param since the position of the newest broadcast when the user was first seen: only later ones
 *     can be addressed to the user
 * @param tiers the tiers since then, the oldest first: at least one, at most {@link #MAX_TIERS}
 * @param seen the position up to which the broadcasts that are addressed to the user are in the
 *     inbox
 * @param delivered the highest seq of the inbox that was written to a socket of the user
 * @param acknowledged the highest seq of the inbox that the user has acknowledged, at most {@code
 *     delivered}
 * @param operatorAfter the position of the newest broadcast when the user became an operator, by
 *     the scope of a token: only later ones can be for the user as one; {@link #NO_OPERATOR} if the
 *     newest token does not have that scope
 */
public record InboxState(
    long since,
    List<TierPeriod> tiers,
    long seen,
    long delivered,
    long acknowledged,
    long operatorAfter) {

  /** That of a user who is no operator. */
  public static final long NO_OPERATOR = -1;

  /** How many tiers are remembered. Of an earlier one, the next one counts. */
  public static final int MAX_TIERS = 8;

  /**
   * From when on a user had a tier.
   *
   * @param after the position of the newest broadcast then: the tier counts for later ones
   */
  public record TierPeriod(long after, String tier) {}

  /** Checks that there is a tier. */
  public InboxState {
    tiers = List.copyOf(tiers);
    if (tiers.isEmpty()) {
      throw new IllegalArgumentException("tiers: none (expected: at least one)");
    }
  }

  /** A user who is seen for the first time, after the broadcast of this position. */
  static InboxState first(long position, String tier) {
    return new InboxState(
        position, List.of(new TierPeriod(position, tier)), position, 0, 0, NO_OPERATOR);
  }

  /** Whether the newest token has this tier, and makes the user an operator or not. */
  public boolean isWith(String tier, boolean asOperator) {
    return tier().equals(tier) && isOperator() == asOperator;
  }

  /** Whether the newest token has the scope of operators. */
  public boolean isOperator() {
    return operatorAfter != NO_OPERATOR;
  }

  /** The tier of now. */
  public String tier() {
    return tiers.get(tiers.size() - 1).tier();
  }

  /** The tier that the user had when the broadcast of this position was committed. */
  public String tierAt(long position) {
    String tier = tiers.get(0).tier();
    for (TierPeriod period : tiers) {
      if (period.after() < position) {
        tier = period.tier();
      }
    }
    return tier;
  }

  /** The same user with another tier from now on. */
  InboxState withTier(long position, String tier) {
    if (tier().equals(tier)) {
      return this;
    }
    List<TierPeriod> all = new ArrayList<>(tiers);
    all.add(new TierPeriod(position, tier));
    List<TierPeriod> kept = all.subList(Math.max(0, all.size() - MAX_TIERS), all.size());
    return new InboxState(since, kept, seen, delivered, acknowledged, operatorAfter);
  }

  /** The same user, who is an operator from now on, or is none. */
  InboxState withOperator(long position, boolean asOperator) {
    return isOperator() == asOperator
        ? this
        : new InboxState(
            since, tiers, seen, delivered, acknowledged, asOperator ? position : NO_OPERATOR);
  }

  /** The same user with the broadcasts up to this position. */
  public InboxState withSeen(long position) {
    return new InboxState(since, tiers, position, delivered, acknowledged, operatorAfter);
  }

  /** The same user after this progress. Both marks only rise. */
  InboxState advanced(long deliveredTo, long acknowledgedTo) {
    long acks = Math.max(acknowledged, acknowledgedTo);
    return new InboxState(
        since, tiers, seen, Math.max(Math.max(delivered, deliveredTo), acks), acks, operatorAfter);
  }
}

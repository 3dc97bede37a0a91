package dev.parley.gateway.limit;

import static java.util.Objects.requireNonNull;

/**
 * The limits of a user of one tier.
 *
 * @param commandsPerMinute with the factor of the tier
 * @param burst maximum commands at once, over all connections of a user
 * @param connections maximum open connections of a user
 * @param openRuns maximum open runs of a user
 * @param subscriptions maximum subscriptions of a connection
 * @param storedBytes maximum stored bytes of a user
 * @param threads maximum threads with events of a user
 */
public record Tier(
    String name,
    int commandsPerMinute,
    int burst,
    int connections,
    int openRuns,
    int subscriptions,
    long storedBytes,
    int threads) {

  public Tier {
    requireNonNull(name, "name");
  }
}

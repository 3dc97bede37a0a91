package dev.parley.gateway.limit;

import static java.util.Objects.requireNonNull;

/**
 * What a user of one tier may do.
 *
 * @param commandsPerMinute the tier's factor is already in it
 * @param burst commands at once, of all connections of a user
 * @param connections of a user at a time
 * @param openRuns of a user at a time
 * @param subscriptions of a connection at a time
 * @param storedBytes that are kept of a user's threads
 * @param threads of a user that hold events
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

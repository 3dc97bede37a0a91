package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the users in the directory of a tenant, in its order.
 *
 * @param next the last user that was looked at; absent when there are no more
 */
public record DirectoryPage(List<DirectoryEntry> users, @Nullable UserId next) {

  /** A user in the directory, and the user's tier when last connected. */
  public record DirectoryEntry(UserId user, String tier) {}

  public DirectoryPage {
    users = List.copyOf(users);
  }
}

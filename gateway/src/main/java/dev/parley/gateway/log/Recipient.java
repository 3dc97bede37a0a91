package dev.parley.gateway.log;

import dev.parley.gateway.protocol.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user to whom a broadcast is addressed.
 *
 * @param seq where it is in the user's inbox; absent when it is not there
 */
public record Recipient(UserId user, InboxState state, @Nullable Long seq) {

  /**
   * Some of the recipients, in the order of the directory.
   *
   * @param next the last user that was looked at; absent when there are no more
   */
  public record RecipientPage(List<Recipient> recipients, @Nullable UserId next) {

    public RecipientPage {
      recipients = List.copyOf(recipients);
    }
  }

  /** Whether it was written to a socket of the user. */
  public boolean isDelivered() {
    return seq != null && seq <= state.delivered();
  }

  /** Whether the user has acknowledged it. */
  public boolean isAcknowledged() {
    return seq != null && seq <= state.acknowledged();
  }
}

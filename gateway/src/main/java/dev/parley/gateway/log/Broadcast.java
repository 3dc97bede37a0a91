package dev.parley.gateway.log;

import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.NotificationId;
import dev.parley.gateway.protocol.UserId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A notification for many users of a tenant, or for operators of all tenants. Stored once, and not
 * changed afterwards.
 *
 * @param position its place among all broadcasts of the store, from 1 on; 0 before it is stored
 * @param createdMillis when it was sent, epoch milliseconds
 * @param ttlSeconds how long it was asked to wait for absent users; absent for the default
 * @param expiresMillis from when on it is in no further inbox, epoch milliseconds
 */
public record Broadcast(
    BroadcastKey key,
    long position,
    NotificationId notification,
    Audience audience,
    Notice notice,
    long createdMillis,
    @Nullable Long ttlSeconds,
    long expiresMillis) {

  /** Whether the user was in the directory when it was committed, and it is for the user. */
  public boolean isAddressedTo(String subject, InboxState user) {
    return user.since() < position && audience.includes(subject, user, position);
  }

  /** Whether another request with the same id asks for the same. */
  public boolean isSameRequest(Broadcast other) {
    return audience.isSameRequest(other.audience)
        && notice.equals(other.notice)
        && Objects.equals(ttlSeconds, other.ttlSeconds);
  }

  /** Whether the user is one of those that it names. */
  public boolean names(UserId user) {
    return key.tenant().equals(user.tenant())
        && audience instanceof Audience.Named named
        && named.subjects().contains(user.subject());
  }

  /** The same broadcast without the name of the user, who was erased. */
  public Broadcast without(UserId user) {
    return names(user) && audience instanceof Audience.Named named
        ? new Broadcast(
            key,
            position,
            notification,
            named.without(user.subject()),
            notice,
            createdMillis,
            ttlSeconds,
            expiresMillis)
        : this;
  }

  /** The same at this place. */
  public Broadcast at(long newPosition) {
    return new Broadcast(
        key, newPosition, notification, audience, notice, createdMillis, ttlSeconds, expiresMillis);
  }
}

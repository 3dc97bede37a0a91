package dev.parley.gateway.user.read;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.UserTier;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The connections of one user. Used at the user's home only. */
public final class Readers {

  private final Home home;
  private final UserTier tier;
  private final ReadServices services;
  private final InboxWatch inbox;
  private final Runnable onProgress;
  private final Set<Reader> readers = new LinkedHashSet<>();

  /** Runs the task each time when a connection was given something, or has closed. */
  public Readers(
      Home home, UserTier tier, ReadServices services, InboxWatch inbox, Runnable onProgress) {
    this.home = home;
    this.tier = tier;
    this.services = services;
    this.inbox = inbox;
    this.onProgress = onProgress;
  }

  /** A connection of this bearer has opened. */
  public Reader attach(Principal principal, Subscriber subscriber) {
    home.check();
    Reader reader = new Reader(principal, subscriber, this);
    readers.add(reader);
    return reader;
  }

  void detached(Reader reader) {
    home.check();
    readers.remove(reader);
    onProgress.run();
  }

  void progressed() {
    onProgress.run();
  }

  Home home() {
    return home;
  }

  UserTier tier() {
    return tier;
  }

  InboxWatch inbox() {
    return inbox;
  }

  ReadServices services() {
    return services;
  }

  public boolean isEmpty() {
    return readers.isEmpty();
  }

  public void forEach(Consumer<Reader> action) {
    readers.forEach(action);
  }

  /** Whether a connection was not given all that there is for it. */
  public boolean areBehind() {
    return readers.stream().anyMatch(Reader::isBehind);
  }
}

package dev.parley.gateway.log.memory;

import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.BroadcastStatus;
import dev.parley.gateway.log.DirectoryPage;
import dev.parley.gateway.log.FiringAlert;
import dev.parley.gateway.log.InboxEntry;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.InboxTable;
import dev.parley.gateway.log.Recipient;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The directory and the broadcasts of a log in memory. On the committer's thread only. */
final class MemoryInboxes implements InboxTable {

  private final NavigableMap<UserId, InboxState> states;
  private final Map<UserId, NavigableMap<Long, InboxEntry>> received = new HashMap<>();
  private final Map<BroadcastKey, Broadcast> broadcasts = new HashMap<>();
  private final Map<BroadcastKey, BroadcastStatus> statuses = new HashMap<>();
  private final NavigableMap<String, FiringAlert> alerts = new TreeMap<>();
  private long position;

  /** A directory in this order. */
  MemoryInboxes(Comparator<UserId> order) {
    states = new TreeMap<>(order);
  }

  @Override
  public Optional<InboxState> state(UserId user) {
    return Optional.ofNullable(states.get(user));
  }

  @Override
  public void put(UserId user, InboxState state) {
    states.put(user, state);
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void putPosition(long newest) {
    position = newest;
  }

  void add(Broadcast broadcast) {
    broadcasts.put(broadcast.key(), broadcast);
  }

  @Override
  public Optional<BroadcastStatus> status(BroadcastKey key) {
    return Optional.ofNullable(statuses.get(key));
  }

  @Override
  public void put(BroadcastKey key, BroadcastStatus status) {
    statuses.put(key, status);
  }

  boolean remove(BroadcastKey key) {
    broadcasts.remove(key);
    return statuses.remove(key) != null;
  }

  /** Removes the name of the user from the audiences of all broadcasts. */
  void forgetNames(UserId user) {
    broadcasts.replaceAll((key, each) -> each.without(user));
  }

  /** Deletes what removed broadcasts have left. */
  void sweep() {
    Set<Long> kept =
        statuses.values().stream().map(BroadcastStatus::position).collect(Collectors.toSet());
    received.values().forEach(own -> own.values().removeIf(e -> !kept.contains(e.position())));
  }

  @Override
  public List<InboxEntry> received(UserId user, long after, long last) {
    return List.copyOf(receivedBy(user).subMap(after, false, last, true).values());
  }

  @Override
  public void putReceived(UserId user, long seq, InboxEntry entry) {
    receivedBy(user).put(seq, entry);
  }

  private NavigableMap<Long, InboxEntry> receivedBy(UserId user) {
    return received.computeIfAbsent(user, first -> new TreeMap<>());
  }

  @Override
  public void put(FiringAlert alert) {
    alerts.put(alert.name(), alert);
  }

  @Override
  public void removeAlert(String name) {
    alerts.remove(name);
  }

  List<FiringAlert> alerts() {
    return List.copyOf(alerts.values());
  }

  void erase(UserId user) {
    forgetNames(user);
    states.remove(user);
    received.remove(user);
  }

  Optional<BroadcastRecord> record(BroadcastKey key) {
    return Optional.ofNullable(broadcasts.get(key))
        .flatMap(broadcast -> status(key).map(now -> new BroadcastRecord(broadcast, now)));
  }

  List<BroadcastRecord> all() {
    return broadcasts.values().stream()
        .sorted(Comparator.comparingLong(Broadcast::position))
        .flatMap(broadcast -> record(broadcast.key()).stream())
        .toList();
  }

  RecipientPage recipients(
      Broadcast broadcast, @Nullable UserId after, int limit, boolean withSeqs) {
    List<Recipient> found = new ArrayList<>();
    UserId last = null;
    int left = limit;
    for (Map.Entry<UserId, InboxState> entry :
        (after == null ? states : states.tailMap(after, false)).entrySet()) {
      UserId user = entry.getKey();
      if (!user.tenant().equals(broadcast.key().tenant())) {
        continue;
      }
      if (left-- == 0) {
        return new RecipientPage(found, last);
      }
      last = user;
      if (broadcast.isAddressedTo(user.subject(), entry.getValue())) {
        found.add(new Recipient(user, entry.getValue(), withSeqs ? seqOf(user, broadcast) : null));
      }
    }
    return new RecipientPage(found, null);
  }

  DirectoryPage directory(String tenant, @Nullable UserId after, int limit) {
    // One more than the page shows whether there is another page.
    List<DirectoryPage.DirectoryEntry> found =
        (after == null ? states : states.tailMap(after, false))
            .entrySet().stream()
                .filter(each -> each.getKey().tenant().equals(tenant))
                .limit(limit + 1L)
                .map(
                    each -> new DirectoryPage.DirectoryEntry(each.getKey(), each.getValue().tier()))
                .toList();
    List<DirectoryPage.DirectoryEntry> page = found.subList(0, Math.min(limit, found.size()));
    boolean isLast = page.size() == found.size();
    return new DirectoryPage(page, isLast ? null : page.get(page.size() - 1).user());
  }

  private @Nullable Long seqOf(UserId user, Broadcast broadcast) {
    return receivedBy(user).entrySet().stream()
        .filter(entry -> entry.getValue().position() == broadcast.position())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }
}

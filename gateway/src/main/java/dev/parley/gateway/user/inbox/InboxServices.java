package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.Inboxes;

/** What the inboxes of all users work with. */
public record InboxServices(Inboxes log, OpenBroadcasts open) {}

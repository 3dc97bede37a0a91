package dev.parley.gateway.user;

import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.user.inbox.InboxServices;
import dev.parley.gateway.user.read.ReadServices;
import dev.parley.gateway.user.run.RunServices;

/**
 * What the contexts of all users work with.
 *
 * @param maxFrameBytes told to clients in the welcome
 */
public record Services(
    RunServices runs,
    ReadServices reads,
    InboxServices inboxes,
    LimitConfig limits,
    int maxFrameBytes) {}

package dev.parley.gateway.transport;

import io.netty.channel.ChannelHandler;

/**
 * What answers the HTTP requests of a listener; called on event loops.
 *
 * @param answers sharable; takes the checked {@code FullHttpRequest}s
 * @param heads what {@code answers} would answer before the body of a request is kept
 */
public record HttpService(ChannelHandler answers, HeadCheck heads) {}

/** Encodes and decodes the protocol as JSON. No channels, no state. */
@NullMarked
package dev.parley.gateway.codec;

import org.jspecify.annotations.NullMarked;

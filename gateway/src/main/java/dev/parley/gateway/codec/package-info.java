/** JSON to protocol and back; no channel, no state. */
@NullMarked
package dev.parley.gateway.codec;

import org.jspecify.annotations.NullMarked;

/** The types of the protocol: ids, commands, events, signals, errors. Uses the JDK alone. */
@NullMarked
package dev.parley.gateway.protocol;

import org.jspecify.annotations.NullMarked;

/** The vocabulary of the wire: ids, commands, events, signals, errors. JDK only. */
@NullMarked
package dev.parley.gateway.protocol;

import org.jspecify.annotations.NullMarked;

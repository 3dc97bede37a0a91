/** Traces of runs, told in no word of the library that sends them. */
@NullMarked
package dev.parley.gateway.trace;

import org.jspecify.annotations.NullMarked;

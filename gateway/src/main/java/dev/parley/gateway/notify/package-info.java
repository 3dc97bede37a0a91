/** Tells the absent: a signed web hook when nobody acknowledges that a run has ended. */
@NullMarked
package dev.parley.gateway.notify;

import org.jspecify.annotations.NullMarked;

/** How much is allowed: pure arithmetic, the time is passed in. */
@NullMarked
package dev.parley.gateway.limit;

import org.jspecify.annotations.NullMarked;

/** What was said in a thread, as its agents get it: folded from the log, and kept while in use. */
@NullMarked
package dev.parley.gateway.user.history;

import org.jspecify.annotations.NullMarked;

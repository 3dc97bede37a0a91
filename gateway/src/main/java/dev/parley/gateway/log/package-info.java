/** What happened, in order: the log decides and numbers. */
@NullMarked
package dev.parley.gateway.log;

import org.jspecify.annotations.NullMarked;

/** Commands that change something: append, queue, cancel. */
@NullMarked
package dev.parley.gateway.user.command;

import org.jspecify.annotations.NullMarked;

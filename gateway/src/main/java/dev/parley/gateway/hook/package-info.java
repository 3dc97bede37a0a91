/** Signed web hooks: they are sent until the receiver has accepted or refused them. */
@NullMarked
package dev.parley.gateway.hook;

import org.jspecify.annotations.NullMarked;

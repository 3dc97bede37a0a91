/** What tests of every module share. */
@NullMarked
package dev.parley.gateway.testing;

import org.jspecify.annotations.NullMarked;

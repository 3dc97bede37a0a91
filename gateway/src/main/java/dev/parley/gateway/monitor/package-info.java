/** What is counted. */
@NullMarked
package dev.parley.gateway.monitor;

import org.jspecify.annotations.NullMarked;

/** Who did what to whom: the records of what operators do. */
@NullMarked
package dev.parley.gateway.audit;

import org.jspecify.annotations.NullMarked;

/** That the benchmark works, and sees what it looks for. */
@NullMarked
package dev.parley.gateway.bench.socket;

import org.jspecify.annotations.NullMarked;

/** The log on one machine's disk, in RocksDB. */
@NullMarked
package dev.parley.gateway.log.embedded;

import org.jspecify.annotations.NullMarked;

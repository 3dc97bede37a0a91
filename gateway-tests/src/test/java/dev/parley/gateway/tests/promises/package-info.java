/** The promises of the gateway, each tested over real sockets. */
@NullMarked
package dev.parley.gateway.tests.promises;

import org.jspecify.annotations.NullMarked;

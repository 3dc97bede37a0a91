/** The certificate and key of the gateway's own listeners, as their files have them. */
@NullMarked
package dev.parley.gateway.tls;

import org.jspecify.annotations.NullMarked;

/** Tests of the HTTP API and the event streams. */
@NullMarked
package dev.parley.gateway.tests.http;

import org.jspecify.annotations.NullMarked;

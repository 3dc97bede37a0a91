/** The same log over HTTP. */
@NullMarked
package dev.parley.gateway.tests.http;

import org.jspecify.annotations.NullMarked;

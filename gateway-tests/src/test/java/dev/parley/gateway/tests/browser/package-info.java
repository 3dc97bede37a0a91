/** Tests of the console page in a real browser, and of the client library that it uses. */
@NullMarked
package dev.parley.gateway.tests.browser;

import org.jspecify.annotations.NullMarked;

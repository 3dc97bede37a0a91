/** The console page in a real browser, and the client module that it is built on. */
@NullMarked
package dev.parley.gateway.tests.browser;

import org.jspecify.annotations.NullMarked;

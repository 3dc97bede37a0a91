/** Tests of the gateway behind real proxies. */
@NullMarked
package dev.parley.gateway.tests.proxy;

import org.jspecify.annotations.NullMarked;

/** The HTTP side: page, health, development token. */
@NullMarked
package dev.parley.gateway.http;

import org.jspecify.annotations.NullMarked;

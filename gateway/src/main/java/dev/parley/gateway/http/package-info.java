/** HTTP: calls of users and operators, health, the console and development tokens. */
@NullMarked
package dev.parley.gateway.http;

import org.jspecify.annotations.NullMarked;

/** Reads settings from file, environment and command line; other packages declare them. */
@NullMarked
package dev.parley.gateway.config;

import org.jspecify.annotations.NullMarked;

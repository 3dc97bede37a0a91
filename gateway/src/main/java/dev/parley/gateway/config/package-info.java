/** Reading settings from file, environment and command line; their meaning is known elsewhere. */
@NullMarked
package dev.parley.gateway.config;

import org.jspecify.annotations.NullMarked;

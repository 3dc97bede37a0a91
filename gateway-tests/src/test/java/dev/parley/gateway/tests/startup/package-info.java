/** Tests of start, shutdown and configuration errors. */
@NullMarked
package dev.parley.gateway.tests.startup;

import org.jspecify.annotations.NullMarked;

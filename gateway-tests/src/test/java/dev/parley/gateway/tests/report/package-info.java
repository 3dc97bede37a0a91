/** The reports of a test run, and the checks that it is complete. */
@NullMarked
package dev.parley.gateway.tests.report;

import org.jspecify.annotations.NullMarked;

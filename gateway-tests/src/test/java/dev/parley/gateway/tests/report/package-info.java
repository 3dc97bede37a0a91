/** What a run of the tests says at its end, and what it does not let pass. */
@NullMarked
package dev.parley.gateway.tests.report;

import org.jspecify.annotations.NullMarked;

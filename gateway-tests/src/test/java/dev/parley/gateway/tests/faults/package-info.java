/** What is left when something breaks. */
@NullMarked
package dev.parley.gateway.tests.faults;

import org.jspecify.annotations.NullMarked;

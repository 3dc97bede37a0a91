/** Tests with faults: killed processes, slow readers, full disks. */
@NullMarked
package dev.parley.gateway.tests.faults;

import org.jspecify.annotations.NullMarked;

/** Every bound of the gateway: budgets of bytes, slots, rates and tiers. Time is passed in. */
@NullMarked
package dev.parley.gateway.limit;

import org.jspecify.annotations.NullMarked;

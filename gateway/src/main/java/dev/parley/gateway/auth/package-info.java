/** Verification of tokens: who the user is. */
@NullMarked
package dev.parley.gateway.auth;

import org.jspecify.annotations.NullMarked;

/** The wire contract for programs: AsyncAPI and OpenAPI, made from the published JSON Schemas. */
@NullMarked
package dev.parley.gateway.contract;

import org.jspecify.annotations.NullMarked;

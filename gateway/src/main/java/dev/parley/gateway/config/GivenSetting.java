package dev.parley.gateway.config;

/**
 * A setting that is set.
 *
 * @param shown its text, or {@code ***} if it is confidential
 * @param origin completes "set …": {@code in gateway.yaml, line 3}
 */
public record GivenSetting(String shown, String origin) {}

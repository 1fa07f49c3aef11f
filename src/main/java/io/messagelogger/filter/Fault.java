package io.messagelogger.filter;

/**
 * What is wrong with one parameter. Immutable.
 *
 * @param parameter its name
 * @param value what it was given; shortened where it is long
 * @param detail what is wrong and what is right, for a person
 */
public record Fault(String parameter, String value, String detail) {}

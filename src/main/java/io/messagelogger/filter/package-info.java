/**
 * Which messages are meant: the criteria, reading them from parameters, printing them, and matching
 * a message in memory. Search, export, statistics and the live feed mean the same by the same
 * names. Does not belong here: SQL and HTTP.
 */
@NullMarked
package io.messagelogger.filter;

import org.jspecify.annotations.NullMarked;

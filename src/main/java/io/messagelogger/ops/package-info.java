/**
 * What an operator sees: the check of the settings at start, health and metrics, and the upkeep of
 * the database. Looks into every other room; no other room looks in here.
 */
@NullMarked
package io.messagelogger.ops;

import org.jspecify.annotations.NullMarked;

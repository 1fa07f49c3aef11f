/**
 * The settings: one list of names, defaults and what is allowed. Every room reads its own from
 * here; the sources (MicroProfile Config in the server, the environment in the run command) are
 * handed in. Belongs here: what a setting is. Does not belong here: what is done with it.
 */
@NullMarked
package io.messagelogger.settings;

import org.jspecify.annotations.NullMarked;

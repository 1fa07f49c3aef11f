/**
 * What is running: version, engines, settings. Does not belong here: how it is doing, which health
 * and metrics tell.
 */
@NullMarked
package io.messagelogger.api.info;

import org.jspecify.annotations.NullMarked;

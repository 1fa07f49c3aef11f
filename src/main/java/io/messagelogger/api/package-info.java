/**
 * REST: resources, problems (RFC 9457), cursors and links. Translates between HTTP and the rooms
 * behind it; decides nothing about messages itself.
 */
@NullMarked
package io.messagelogger.api;

import org.jspecify.annotations.NullMarked;

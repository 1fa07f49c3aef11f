/**
 * REST for messages. Belongs here: the resources, their formats, and taking messages in. Does not
 * belong here: what a filter means, or how rows are found.
 */
@NullMarked
package io.messagelogger.api.messages;

import org.jspecify.annotations.NullMarked;

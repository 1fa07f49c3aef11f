/**
 * Whether something that the service depends on works, and since when. Each room keeps the
 * conditions that it can tell about; ops shows them. Belongs here: noticing and saying a change
 * once. Does not belong here: finding out.
 */
@NullMarked
package io.messagelogger.condition;

import org.jspecify.annotations.NullMarked;

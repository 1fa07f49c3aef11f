/** Tests of the page's logic that need neither browser nor server. */
@NullMarked
package io.messagelogger.page;

import org.jspecify.annotations.NullMarked;

/** Tests of the settings: names, defaults, what is allowed, and what is said when it is not. */
@NullMarked
package io.messagelogger.settings.tls;

import org.jspecify.annotations.NullMarked;

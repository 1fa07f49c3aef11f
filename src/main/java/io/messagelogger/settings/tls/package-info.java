/**
 * The certificate by which the service itself answers over HTTPS: read from the files of the
 * settings, and checked. Does not belong here: certificates of Redis, database and issuer.
 */
@NullMarked
package io.messagelogger.settings.tls;

import org.jspecify.annotations.NullMarked;

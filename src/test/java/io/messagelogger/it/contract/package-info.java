/**
 * The service held against its own description. Belongs here: reading /openapi, making requests of
 * it, judging the answers. Does not belong here: what an answer must say.
 */
@NullMarked
package io.messagelogger.it.contract;

import org.jspecify.annotations.NullMarked;

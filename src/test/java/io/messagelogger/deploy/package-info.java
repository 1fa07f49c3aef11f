/**
 * Tests of what deploys the service: the Containerfile, the Kubernetes base, the server's
 * configuration. Belongs here: that these agree with the settings, the build and each other. Does
 * not belong here: whether the server runs with them.
 */
@NullMarked
package io.messagelogger.deploy;

import org.jspecify.annotations.NullMarked;

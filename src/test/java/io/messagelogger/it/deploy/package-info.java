/**
 * Tests of what an operator does with the service beside running it: the image, the manifests and
 * the monitoring against a running server, backup and restore. Does not belong here: whether the
 * files agree with each other ({@code io.messagelogger.deploy}).
 */
@NullMarked
package io.messagelogger.it.deploy;

import org.jspecify.annotations.NullMarked;

/**
 * The page in a real Chromium, on the server that Arquillian starts. Conditions are awaited, never
 * slept for; what a test needs of the world (a lost connection, an outage) it makes at the edge of
 * the browser, so that no other test is disturbed.
 */
@NullMarked
package io.messagelogger.it.page;

import org.jspecify.annotations.NullMarked;

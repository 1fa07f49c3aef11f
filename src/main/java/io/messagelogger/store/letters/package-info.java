/** Dead letters: burying, selecting, reading, retrying and discarding them. */
@NullMarked
package io.messagelogger.store.letters;

import org.jspecify.annotations.NullMarked;

package io.messagelogger.live;

import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what was written to an upgraded connection without waiting for the client. The flush of the
 * Servlet API waits on such a connection, with a write listener too, until all of it is sent (Open
 * Liberty 26.0.0.5); only a buffer that is full is sent without. What sends such a buffer is called
 * here for one that is not full, by reflection. Where a server does not have it, a flush waits, for
 * as long as the server's upgradewritetimeout at most. Thread-safe.
 */
final class AsyncFlush {
  private static final Logger LOG = Logger.getLogger(AsyncFlush.class.getName());

  private final @Nullable Method helper;
  private final @Nullable Method flush;

  private AsyncFlush(@Nullable Method helper, @Nullable Method flush) {
    this.helper = helper;
    this.flush = flush;
  }

  /** That of connections like this one. */
  static AsyncFlush of(ServletOutputStream stream) {
    try {
      Method helper = stream.getClass().getMethod("getBufferHelper");
      Method flush = helper.getReturnType().getDeclaredMethod("flushAsyncUpgradedOutputBuffers");
      flush.setAccessible(true);
      return new AsyncFlush(helper, flush);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "This server has no flush that does not wait; a feed client that stalls may hold up others",
          e);
      return new AsyncFlush(null, null);
    }
  }

  /**
   * Flushes; to be called with the stream's lock held, as the server reports completion with it.
   */
  void flush(ServletOutputStream stream) throws IOException {
    if (helper == null || flush == null) {
      stream.flush();
      return;
    }
    try {
      flush.invoke(helper.invoke(stream));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }
}

package io.messagelogger.it.fault;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.UnifiedJedis;

/** Pushes messages of an oracle, some hundred a second, until it is closed. */
final class Producer implements AutoCloseable {
  private static final int A_PUSH = 25;
  private static final long PAUSE_NANOS = 50_000_000;

  private final CompletableFuture<Void> work;
  private volatile boolean ends;

  /** Begins. */
  Producer(Oracle oracle, UnifiedJedis redis) {
    work =
        CompletableFuture.runAsync(
            () -> {
              while (!ends) {
                oracle.push(redis, A_PUSH);
                LockSupport.parkNanos(PAUSE_NANOS);
              }
            });
  }

  /** Ends when what is under way was pushed; fails when a push has. */
  void end() {
    ends = true;
    work.join();
  }

  @Override
  public void close() {
    ends = true;
  }
}

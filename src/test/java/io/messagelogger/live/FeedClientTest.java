package io.messagelogger.live;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The invariants of one client's sends, on a connection that can be stopped at any moment: never
 * two at a time, every frame once and in order, closed once and never under a blocking send, and no
 * thread kept.
 */
class FeedClientTest {
  private static final int THREADS = 2;

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Semaphore threads = new Semaphore(THREADS);

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @ParameterizedTest
  @CsvSource({"1000000, true", "1000000, false", "5000, true", "5000, false", "300, true"})
  void everyFrameComesOnceAndInOrderHoweverTheClientReads(int room, boolean pongs) {
    Connection connection = new Connection(room, pongs);
    FeedClient client = client(connection, 1_000_000, Long.MAX_VALUE);
    Random random = new Random(room);
    List<String> offered = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      String text = i + "x".repeat(random.nextInt(100) == 0 ? 70_000 : random.nextInt(600));
      offered.add(text);
      client.offer(Frame.of(text.getBytes(StandardCharsets.UTF_8)));
      if (random.nextInt(200) == 0) { // the client stops and goes on, and so do the frames
        connection.read(random.nextBoolean());
        LockSupport.parkNanos(random.nextInt(1_000_000));
      }
    }
    connection.read(true);
    await().atMost(60, SECONDS).until(() -> connection.received.size() == offered.size());
    assertThat(connection.received).isEqualTo(offered);
    assertThat(connection.wrongs).isEmpty();
    await().atMost(10, SECONDS).until(() -> threads.availablePermits() == THREADS);
    assertThat(connection.closings).isEmpty();
  }

  @Test
  void aClosingIsLeftToTheThreadThatIsSending() {
    Connection connection = new Connection(900, true);
    connection.read(false);
    FeedClient client = client(connection, 10, Long.MAX_VALUE);
    Frame frame = Frame.of("x".repeat(900).getBytes(StandardCharsets.UTF_8));
    client.offer(frame);
    client.offer(frame);
    await().atMost(10, SECONDS).until(connection::blocked);
    for (int i = 0; i < 20; i++) {
      client.offer(frame);
    }
    client.goAway(); // it is closed already, for being too slow
    await()
        .during(300, MILLISECONDS)
        .atMost(2, SECONDS)
        .until(() -> connection.blocked() && connection.closings.isEmpty());
    connection.read(true);
    await().atMost(10, SECONDS).until(() -> !connection.closings.isEmpty());
    await().atMost(10, SECONDS).until(() -> threads.availablePermits() == THREADS);
    assertThat(connection.closings).containsExactly(CloseReason.CloseCodes.TRY_AGAIN_LATER);
    assertThat(connection.wrongs).isEmpty();
  }

  @Test
  void aClientThatIsSentToIsToldThatTheServerStops() {
    for (int round = 0; round < 300; round++) {
      Connection connection = new Connection(1_000_000, true);
      FeedClient client = client(connection, 1_000_000, Long.MAX_VALUE);
      executor.execute(
          () -> {
            for (int i = 0; i < 200; i++) {
              client.offer(Frame.of(("y" + i).getBytes(StandardCharsets.UTF_8)));
            }
          });
      LockSupport.parkNanos(round * 5_000L);
      client.goAway();
      assertThat(connection.closings).containsExactly(CloseReason.CloseCodes.GOING_AWAY);
      assertThat(connection.wrongs).isEmpty();
    }
    await().atMost(10, SECONDS).until(() -> threads.availablePermits() == THREADS);
  }

  private FeedClient client(Connection connection, int maxFrames, long maxBytes) {
    FeedClient client =
        new FeedClient(connection.session(), 20_000, maxFrames, maxBytes, executor, threads);
    connection.client = client;
    executor.execute(connection::readAll);
    return client;
  }

  /** Has room for so many bytes that the client has not read; a client that may stop reading. */
  private final class Connection {
    final List<String> received = Collections.synchronizedList(new ArrayList<>());
    final List<CloseReason.CloseCode> closings = new CopyOnWriteArrayList<>();
    final List<String> wrongs = new CopyOnWriteArrayList<>();
    private final ArrayDeque<Object> unread = new ArrayDeque<>();
    private final int room;
    private final boolean pongs;
    private int bytes;
    private boolean reading = true;
    private boolean writing;
    private boolean waiting;
    private boolean closed;
    private FeedClient client;

    Connection(int room, boolean pongs) {
      this.room = room;
      this.pongs = pongs;
    }

    synchronized void read(boolean on) {
      reading = on;
      notifyAll();
    }

    synchronized boolean blocked() {
      return waiting;
    }

    Session session() {
      RemoteEndpoint.Async async =
          proxy(
              RemoteEndpoint.Async.class,
              (proxy, method, arguments) -> {
                switch (method.getName()) {
                  case "sendText" -> sendLater((String) arguments[0], (SendHandler) arguments[1]);
                  case "sendPing" -> send(arguments[0]);
                  default -> {} // the time limit
                }
                return null;
              });
      RemoteEndpoint.Basic basic =
          proxy(
              RemoteEndpoint.Basic.class,
              (proxy, method, arguments) -> {
                send(arguments[0]);
                return null;
              });
      return proxy(
          Session.class,
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "getAsyncRemote" -> async;
                case "getBasicRemote" -> basic;
                case "close" -> close((CloseReason) arguments[0]);
                default -> throw new UnsupportedOperationException(method.getName());
              });
    }

    /** As many bytes are taken as there is room; waits for the rest. */
    private void send(Object data) throws IOException, InterruptedException {
      begin();
      finish(data, true);
    }

    private void sendLater(String text, SendHandler handler) {
      begin();
      executor.execute(
          () -> {
            try {
              finish(text, false);
              handler.onResult(new SendResult((Session) null));
            } catch (IOException e) {
              handler.onResult(new SendResult(null, e));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }

    private synchronized void begin() {
      if (writing) {
        wrongs.add("two sends at a time");
      }
      writing = true;
    }

    private synchronized void finish(Object data, boolean blocking)
        throws IOException, InterruptedException {
      while (bytes >= room && !closed) {
        waiting = blocking;
        wait();
      }
      waiting = false;
      writing = false;
      if (closed) {
        throw new IOException("closed");
      }
      unread.add(data);
      bytes += size(data);
      notifyAll();
    }

    private synchronized Object close(CloseReason reason) {
      if (waiting) {
        wrongs.add("closed under a blocking send");
      }
      closings.add(reason.getCloseCode());
      closed = true;
      notifyAll();
      return null;
    }

    private void readAll() {
      try {
        while (true) {
          Object data = take();
          if (data instanceof ByteBuffer ping) {
            if (pongs) {
              client.pong(ping);
            }
          } else {
            received.add((String) data);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private synchronized Object take() throws InterruptedException {
      while (!reading || unread.isEmpty()) {
        wait();
      }
      Object data = unread.remove();
      bytes -= size(data);
      notifyAll();
      return data;
    }

    private static int size(Object data) {
      return data instanceof ByteBuffer ping ? ping.remaining() : ((String) data).length();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            FeedClientTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}

package io.messagelogger.it.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The network between the server and one of its services: forwards, holds everything back, forwards
 * a few bytes at a time, swallows the replies to COMMIT, or withholds one to COPY. Thread-safe.
 */
final class Proxy implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Proxy.class.getName());
  private static final int A_SLICE = 3;

  /** PostgreSQL's CommandComplete: a type, the length of what follows it included, and the tag. */
  private static final String COMMITTED = "C\0\0\0\u000bCOMMIT\0";

  /** The same of a COPY: the tag and a blank, and a number behind it. */
  private static final Pattern COPIED = Pattern.compile("C\0\0\0.COPY \\d");

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger commitsToSwallow = new AtomicInteger();
  private final AtomicInteger swallowed = new AtomicInteger();
  private final AtomicReference<@Nullable CompletableFuture<Boolean>> toWithhold =
      new AtomicReference<>();
  private final Map<Socket, CompletableFuture<Boolean>> withheld = new ConcurrentHashMap<>();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicLong slices = new AtomicLong();
  private volatile boolean slicing;
  private boolean holding;

  /** A proxy in front of this port of the loopback interface. */
  Proxy(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon("proxy", this::accept);
  }

  /** Where to connect to instead. */
  String port() {
    return Integer.toString(listener.getLocalPort());
  }

  /** From now on everything is held back; connections can be opened and stay open. */
  synchronized void hold() {
    holding = true;
    held.set(0);
  }

  /** What was held back arrives, late, also what its sender has given up meanwhile. */
  synchronized void release() {
    holding = false;
    notifyAll();
  }

  /** How many pieces were held back since {@link #hold}. */
  int held() {
    return held.get();
  }

  /** Whether everything is forwarded a few bytes at a time. */
  void slice(boolean on) {
    slicing = on;
  }

  /** How many slices were forwarded so far. */
  long slices() {
    return slices.get();
  }

  /** The next replies to COMMIT are not forwarded; their connections are cut. */
  void swallowCommits(int count) {
    commitsToSwallow.set(count);
  }

  /** How many replies to COMMIT were swallowed so far. */
  int swallowed() {
    return swallowed.get();
  }

  /**
   * The next reply to a COPY is held back until its connection is used again, or ends.
   *
   * @return whether it was used again, when one of both has come to pass
   */
  CompletableFuture<Boolean> withholdCopied() {
    CompletableFuture<Boolean> usedAgain = new CompletableFuture<>();
    toWithhold.set(usedAgain);
    return usedAgain;
  }

  /** Ends every connection there is; how many there were, both sides counted. */
  int cut() {
    List<Socket> sockets = List.copyOf(open);
    sockets.forEach(this::end);
    return sockets.size();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Socket server;
        try {
          server = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) { // what is behind the proxy is down
          end(client);
          continue;
        }
        open.add(server);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        daemon("proxy-to-service", () -> pump(client, server, false));
        daemon("proxy-from-service", () -> pump(server, client, true));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void pump(Socket from, Socket to, boolean replies) {
    byte[] buffer = new byte[64 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length; (length = in.read(buffer)) >= 0; ) {
        awaitRelease();
        CompletableFuture<Boolean> usedAgain = withheld.remove(from);
        if (usedAgain != null) {
          usedAgain.complete(true);
        }
        if (replies && toWithhold.get() != null && COPIED.matcher(text(buffer, length)).find()) {
          withhold(to);
        }
        if (replies && commitsToSwallow.get() > 0 && text(buffer, length).contains(COMMITTED)) {
          if (commitsToSwallow.getAndDecrement() > 0) {
            swallowed.incrementAndGet();
            break;
          }
        }
        forward(out, buffer, length);
      }
    } catch (IOException e) {
      LOG.log(Level.FINE, "A connection has ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(to);
      end(from);
    }
  }

  private void forward(OutputStream out, byte[] buffer, int length) throws IOException {
    if (!slicing) {
      out.write(buffer, 0, length);
      return;
    }
    for (int start = 0; start < length; start += A_SLICE) {
      out.write(buffer, start, Math.min(A_SLICE, length - start));
      slices.incrementAndGet();
    }
  }

  private synchronized void awaitRelease() throws InterruptedException {
    while (holding) {
      held.incrementAndGet();
      wait();
    }
  }

  private void withhold(Socket client) {
    CompletableFuture<Boolean> usedAgain = toWithhold.getAndSet(null);
    if (usedAgain != null) {
      withheld.put(client, usedAgain);
      usedAgain.join();
    }
  }

  private static String text(byte[] buffer, int length) {
    return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
  }

  private void end(Socket socket) {
    open.remove(socket);
    CompletableFuture<Boolean> usedAgain = withheld.remove(socket);
    if (usedAgain != null) {
      usedAgain.complete(false);
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.FINE, "A connection could not be closed", e);
    }
  }

  private static void daemon(String name, Runnable run) {
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    release();
    cut();
  }
}

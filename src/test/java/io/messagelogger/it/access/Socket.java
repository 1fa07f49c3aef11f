package io.messagelogger.it.access;

import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What a client of the feed was sent, and how it was closed. Thread-safe. */
public final class Socket implements WebSocket.Listener {
  private final List<String> frames = new CopyOnWriteArrayList<>();
  private final StringBuilder part = new StringBuilder();
  private volatile int code;
  private volatile @Nullable WebSocket socket;

  @Override
  public void onOpen(WebSocket opened) {
    socket = opened;
    opened.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    part.append(text);
    if (last) {
      frames.add(part.toString());
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    code = status;
    return null;
  }

  public List<String> frames() {
    return frames;
  }

  /** The close code; 0 while it is open. */
  public int code() {
    return code;
  }

  public void abort() {
    WebSocket opened = socket;
    if (opened != null) {
      opened.abort();
    }
  }
}

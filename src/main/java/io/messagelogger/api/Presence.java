package io.messagelogger.api;

import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.store.Asker;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks, while questions are answered, whether their clients are still there, and cancels what is
 * asked of the database for those that are not: a question may take a minute before the first byte
 * is written, which would tell. Thread-safe.
 */
@ApplicationScoped
public class Presence implements Part {
  private static final Logger LOG = Logger.getLogger(Presence.class.getName());
  private static final Duration PERIOD = Duration.ofMillis(500);

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

  @Resource private ManagedScheduledExecutorService scheduler;
  private volatile @Nullable Repeating looks;

  @Override
  public String name() {
    return "presence of clients";
  }

  @Override
  public void start() {
    looks =
        Repeating.start(scheduler, "looking whether clients are there", PERIOD, PERIOD, this::look);
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    Repeating running = looks;
    return running == null || running.stop(limit);
  }

  /** Watches over a request until that is ended. */
  Watch watch(HttpServletRequest request, Asker asker) {
    Watch watch = new Watch(request, asker);
    watches.add(watch);
    return watch;
  }

  private void look() {
    for (Watch watch : watches) {
      watch.look();
    }
  }

  /** One request. Most are answered before it is looked at. */
  final class Watch {
    private final HttpServletRequest request;
    private final Asker asker;
    private boolean seen;
    private boolean told;
    private boolean ended;

    private Watch(HttpServletRequest request, Asker asker) {
      this.request = request;
      this.asker = asker;
    }

    private synchronized void look() {
      if (ended) {
        return; // the request is not the container's any more to be asked
      }
      if (!seen) {
        seen = true;
        return;
      }
      if (Connections.channel(request).map(Connections::gone).orElse(false)) {
        if (!told) {
          LOG.log(Level.FINE, "A client has gone: {0}", request.getRequestURI());
          told = true;
        }
        asker.leave();
      }
    }

    synchronized void end() {
      ended = true;
      watches.remove(this);
    }
  }
}

package io.messagelogger.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change is said once, a repetition never. */
class ConditionTest {
  private final Logger logger = Logger.getLogger(Condition.class.getName());
  private final List<String> said = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          said.add(record.getLevel() + " " + record.getParameters()[0]);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  @Test
  void changesAreSaidOnce() {
    Condition condition = new Condition("redis");
    condition.down("refused");
    condition.down("refused");
    condition.down("timed out");
    assertThat(said).containsExactly("WARNING redis");
    assertThat(condition.state().reason()).isEqualTo("timed out");
    condition.up();
    condition.up();
    condition.down("refused");
    assertThat(said).containsExactly("WARNING redis", "INFO redis", "WARNING redis");
  }

  @Test
  void aGoodStartIsNoNews() {
    Condition condition = new Condition("redis");
    assertThat(condition.state().up()).isFalse();
    condition.up();
    assertThat(condition.state().up()).isTrue();
    assertThat(said).isEmpty();
  }

  @Test
  void anOutageLastsSinceItsFirstReport() {
    Condition condition = new Condition("redis");
    condition.down("one");
    var since = condition.state().since();
    condition.down("two");
    assertThat(condition.state().since()).isEqualTo(since);
  }
}

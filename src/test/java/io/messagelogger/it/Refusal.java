package io.messagelogger.it;

import io.messagelogger.testing.Client;
import java.util.UUID;

/**
 * Makes the database refuse the messages with a value in a column (SQLSTATE 22023), as a constraint
 * that somebody added would, until it is closed.
 */
final class Refusal implements AutoCloseable {
  private final Client client;
  private final String value;
  private final String trigger = "refuse_" + UUID.randomUUID().toString().replace('-', '_');

  Refusal(Client client, String column, String value) {
    this.client = client;
    this.value = value;
    client.execute(
        """
        CREATE FUNCTION %1$s() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.%2$s::text = '%3$s' THEN
            RAISE EXCEPTION 'no %2$s %3$s' USING ERRCODE = '22023';
          END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER %1$s BEFORE INSERT ON message_exchange
          FOR EACH ROW EXECUTE FUNCTION %1$s();
        """
            .formatted(trigger, column, value));
  }

  /** What is refused. */
  String value() {
    return value;
  }

  @Override
  public void close() {
    client.execute("DROP TRIGGER " + trigger + " ON message_exchange");
  }
}

package io.messagelogger.dev;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A shop that is run by agents: orders, calls of tools, payments that are tried again, a courier
 * that is slow, a bridge to an old system whose messages are no messages. The same seed and the
 * same times give the same messages. For the demo and for the pictures; one thread.
 */
public final class Scenario {
  private static final String[] PRODUCTS = {
    "kettle", "desk lamp", "notebook", "headphones", "backpack", "water bottle", "chess set"
  };
  private static final String[] CITIES = {"Leipzig", "Porto", "Aarhus", "Turin", "Gdańsk", "Nice"};
  private static final String[] QUESTIONS = {
    "Where is my parcel?",
    "Can I still change the address?",
    "The kettle leaks. What now?",
    "Do you ship to Malta?",
    "May I pay on delivery?"
  };

  private final Random random;
  private int orders = 4700;

  /** Messages that follow from a seed. */
  public Scenario(long seed) {
    this.random = new Random(seed);
  }

  /**
   * A message, or what should be one, on its way to the queue. Immutable.
   *
   * @param at when its producer pushes it
   * @param payload what it pushes
   */
  public record Step(Instant at, String payload) {}

  /** What happens around one order that is placed at this time, by the time it is pushed. */
  public List<Step> order(Instant placed) {
    Story story = new Story(placed, "order-" + ++orders);
    String product = pick(PRODUCTS);
    int quantity = 1 + random.nextInt(3);
    double price = 9 + random.nextInt(18_000) / 100.0;
    String order =
        "\"order\":{\"id\":%d,\"items\":[{\"name\":\"%s\",\"quantity\":%d,\"price\":%s}],\"total\":%s,\"currency\":\"EUR\""
            .formatted(orders, product, quantity, money(price), money(price * quantity));
    story.say(
        "storefront",
        "planner",
        "orders",
        "order.placed",
        12,
        "{" + order + ",\"state\":\"placed\",\"city\":\"" + pick(CITIES) + "\"}}");
    story.tool(
        "planner",
        "inventory",
        "reserve_stock",
        "{\"name\":\"" + product + "\",\"quantity\":" + quantity + "}",
        "{\"reserved\":" + quantity + ",\"left\":" + random.nextInt(90) + "}",
        40);
    story.tool(
        "planner",
        "pricing",
        "quote",
        "{\"order\":" + orders + "}",
        "{\"total\":" + money(price * quantity) + ",\"discount\":0.00}",
        25);
    boolean paid = pay(story, price * quantity);
    if (paid) {
      story.say(
          "planner",
          "shipping",
          "shipments",
          "shipment.requested",
          60,
          "{" + order + ",\"state\":\"paid\"}}");
      story.slow(
          "shipping",
          "courier-gateway",
          "shipments",
          "label.requested",
          "{\"order\":"
              + orders
              + ",\"weight_kg\":"
              + money(0.2 + random.nextInt(90) / 10.0)
              + "}");
      story.say(
          "courier-gateway",
          "shipping",
          "shipments",
          "label.printed",
          30,
          "{\"order\":"
              + orders
              + ",\"tracking\":\"CG"
              + (100_000_000L + random.nextInt(900_000_000))
              + "\"}");
    }
    story.say(
        "planner",
        "crm",
        "orders",
        paid ? "order.confirmed" : "order.cancelled",
        18,
        "{" + order + ",\"state\":\"" + (paid ? "confirmed" : "cancelled") + "\"}}");
    if (random.nextInt(6) == 0) {
      chat(story);
    }
    if (random.nextInt(14) == 0) {
      story.unheard(
          "fraud-check",
          "payments",
          "alerts",
          "risk.raised",
          "{\"order\":"
              + orders
              + ",\"score\":"
              + money(0.7 + random.nextInt(30) / 100.0)
              + ",\"rules\":[\"velocity\",\"new-device\"]}");
    }
    if (random.nextInt(25) == 0) {
      story.bad();
    }
    return story.steps();
  }

  /** Tried up to four times, as the card's bank answers late or not at all. */
  private boolean pay(Story story, double amount) {
    for (int attempt = 1; attempt <= 4; attempt++) {
      story.attempt = attempt;
      boolean refused = random.nextInt(100) < (attempt == 1 ? 22 : 45);
      story.say(
          "planner",
          "payments",
          "payments",
          attempt == 1 ? "payment.requested" : "payment.retried",
          90,
          "{\"order\":"
              + orders
              + ",\"amount\":"
              + money(amount)
              + ",\"attempt\":"
              + attempt
              + "}");
      story.say(
          "payments",
          "planner",
          "payments",
          refused ? "payment.refused" : "payment.settled",
          35,
          "{\"order\":"
              + orders
              + ",\"amount\":"
              + money(amount)
              + (refused
                  ? ",\"reason\":\"issuer unavailable\"}"
                  : ",\"reference\":9007199254740993}"));
      if (!refused) {
        story.attempt = 1;
        return true;
      }
      story.pass(400L * attempt);
    }
    story.attempt = 1;
    return false;
  }

  private void chat(Story story) {
    story.say(
        "customer-chat",
        "support-bot",
        "support",
        "chat.message",
        20,
        "{\"text\":\"" + pick(QUESTIONS) + "\"}");
    story.tool(
        "support-bot",
        "crm",
        "find_customer",
        "{\"order\":" + orders + "}",
        "{\"customer\":{\"since\":20"
            + (10 + random.nextInt(16))
            + ",\"orders\":"
            + random.nextInt(40)
            + "}}",
        70);
    story.say(
        "support-bot",
        "customer-chat",
        "support",
        "chat.message",
        25,
        "{\"text\":\"I have looked it up: your parcel is on its way.\",\"confidence\":0."
            + (60 + random.nextInt(39))
            + "}");
  }

  private String pick(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static String money(double amount) {
    return String.format(Locale.ROOT, "%.2f", amount);
  }

  private UUID uuid() {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  /** One order's messages, one after the other. */
  private final class Story {
    private final List<Step> steps = new ArrayList<>();
    private final String conversation;
    private Instant now;
    private int attempt = 1;

    Story(Instant start, String conversation) {
      this.now = start;
      this.conversation = conversation;
    }

    void pass(long millis) {
      now = now.plus(Duration.ofMillis(millis));
    }

    /** Said, and acknowledged after so many milliseconds as usual; its producer pushes it then. */
    void say(String from, String to, String topic, String type, int usual, String data) {
      long latency = Math.max(1, Math.round(usual * Math.exp(random.nextGaussian() * 0.6)));
      Instant acknowledged = now.plusMillis(latency);
      add(acknowledged, message(uuid(), from, to, topic, type, acknowledged, data));
      pass(latency + 20 + random.nextInt(300));
    }

    void tool(String from, String to, String name, String arguments, String result, int usual) {
      say(
          from,
          to,
          "tools",
          "tool_call",
          usual,
          "{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}");
      say(
          to,
          from,
          "tools",
          "tool_result",
          usual / 2 + 1,
          "{\"name\":\"" + name + "\",\"result\":" + result + "}");
    }

    /** Acknowledged after seconds: pushed when it is said, and again with its acknowledgement. */
    void slow(String from, String to, String topic, String type, String data) {
      UUID uuid = uuid();
      add(now, message(uuid, from, to, topic, type, null, data));
      Instant acknowledged = now.plusMillis(2500 + random.nextInt(9000));
      add(acknowledged, message(uuid, from, to, topic, type, acknowledged, data));
      now = acknowledged.plusMillis(150);
    }

    /** Never acknowledged. */
    void unheard(String from, String to, String topic, String type, String data) {
      add(now, message(uuid(), from, to, topic, type, null, data));
      pass(100);
    }

    /** What the bridge to the old system takes for a message. */
    void bad() {
      add(
          now,
          "{\"message_uuid\": \"%s\", \"origin_ts\": \"%s\", \"source_subject_id\": \"legacy-bridge\"}"
              .formatted(conversation, now));
    }

    private void add(Instant at, String payload) {
      steps.add(new Step(at, payload));
    }

    private String message(
        UUID uuid,
        String from,
        String to,
        String topic,
        String type,
        @Nullable Instant acknowledged,
        String data) {
      return "{\"message_uuid\":\"%s\",\"origin_ts\":\"%s\",%s\"source_subject_id\":\"%s\",\"destination_subject_ids\":[\"%s\"],\"topic\":\"%s\",\"message_type\":\"%s\",\"message_data\":%s,\"message_metadata\":{\"conversation_id\":\"%s\",\"attempt\":%d}}"
          .formatted(
              uuid,
              now,
              acknowledged == null ? "" : "\"ack_ts\":\"" + acknowledged + "\",",
              from,
              to,
              topic,
              type,
              data,
              conversation,
              attempt);
    }

    List<Step> steps() {
      steps.sort(Comparator.comparing(Step::at));
      return List.copyOf(steps);
    }
  }

  /**
   * What happened from one time to another: many orders by day, few by night.
   *
   * @param aDay orders a day, about
   */
  public List<Step> history(Instant from, Instant until, int aDay) {
    List<Step> all = new ArrayList<>();
    Instant at = from;
    while (at.isBefore(until)) {
      double hour = (at.getEpochSecond() % 86_400) / 3600.0;
      double busy =
          0.35 + 0.65 * Math.pow(Math.sin(Math.PI * hour / 24), 2) + 0.25 * random.nextDouble();
      all.addAll(order(at));
      at =
          at.plusMillis(
              Math.max(
                  50, Math.round(86_400_000.0 / aDay / busy * -Math.log(1 - random.nextDouble()))));
    }
    all.removeIf(step -> !step.at().isBefore(until));
    all.sort(Comparator.comparing(Step::at));
    return all;
  }
}

package io.messagelogger.api.info;

import io.messagelogger.api.access.Authenticator;
import io.messagelogger.queue.RedisEngine;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Citus;
import io.messagelogger.store.DatabaseEngine;
import io.messagelogger.store.Replica;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What runs here. Thread-safe. */
@Path("/")
@ApplicationScoped
public class InfoResource {
  private static final JsonProvider PROVIDER = JsonProvider.provider();
  private static final JsonBuilderFactory JSON = PROVIDER.createBuilderFactory(Map.of());
  private static final Build BUILD = Build.ours();

  private final Settings settings;
  private final RedisEngine redis;
  private final DatabaseEngine database;
  private final Authenticator authenticator;

  /** Tells of these. */
  @Inject
  public InfoResource(
      Settings settings, RedisEngine redis, DatabaseEngine database, Authenticator authenticator) {
    this.settings = settings;
    this.redis = redis;
    this.database = database;
    this.authenticator = authenticator;
  }

  /**
   * Version and how to log in, for anyone. For operators, or where nobody has to log in, engines as
   * they were last seen, and the settings in force without secrets.
   */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public String info(@Nullable @HeaderParam("Authorization") String authorization) {
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("name", "message-logger")
            .add("version", BUILD.version())
            .add("commit", BUILD.commit())
            .add("authentication", authentication());
    if (authenticator.isOperator(authorization)) {
      json.add("redis", redis.state().map(InfoResource::json).orElse(JsonValue.NULL))
          .add(
              "database",
              database.state().map(state -> json(state, database.replica())).orElse(JsonValue.NULL))
          .add("settings", settings());
    }
    return json.build().toString();
  }

  private JsonObject authentication() {
    String client = settings.text(Setting.JWT_CLIENT_ID);
    String issuer = settings.text(Setting.JWT_ISSUER);
    return JSON.createObjectBuilder()
        .add("required", authenticator.required())
        .add("issuer", issuer.isEmpty() ? JsonValue.NULL : PROVIDER.createValue(issuer))
        .add("client_id", client.isEmpty() ? JsonValue.NULL : PROVIDER.createValue(client))
        .build();
  }

  private static JsonValue json(RedisEngine.State state) {
    return JSON.createObjectBuilder()
        .add("version", state.version())
        .add("mode", state.mode())
        .add("role", state.role())
        .add("replicas", state.replicas())
        .add("risks", JSON.createArrayBuilder(state.risks()))
        .build();
  }

  private static JsonValue json(DatabaseEngine.State state, Replica replica) {
    boolean distributed = !state.nodes().isEmpty();
    JsonObjectBuilder json =
        JSON.createObjectBuilder()
            .add("kind", distributed ? "citus" : "PostgreSQL")
            .add("version", state.version());
    String timescale = state.timescale();
    if (timescale == null) {
      json.addNull("timescaledb");
    } else {
      json.add("timescaledb", timescale);
    }
    if (distributed) {
      json.add("citus", String.valueOf(state.citus()));
      JsonArrayBuilder nodes = JSON.createArrayBuilder();
      state.nodes().forEach(node -> nodes.add(json(node)));
      json.add("nodes", nodes);
    }
    return json.add("layout", state.layout())
        .add("replica", replica.configured() ? json(replica) : JsonValue.NULL)
        .add("risks", JSON.createArrayBuilder(state.risks()))
        .build();
  }

  private static JsonValue json(Replica replica) {
    JsonObjectBuilder json = JSON.createObjectBuilder().add("in_use", replica.inUse());
    Optional<Duration> lag = replica.lag();
    return lag.isPresent()
        ? json.add("lag_seconds", lag.get().toSeconds()).build()
        : json.addNull("lag_seconds").build();
  }

  private static JsonObject json(Citus.Node node) {
    return JSON.createObjectBuilder()
        .add("name", node.name())
        .add("port", node.port())
        .add("role", node.coordinator() ? "coordinator" : "worker")
        .add("active", node.active())
        .add("shards", node.shards())
        .build();
  }

  private JsonObject settings() {
    JsonObjectBuilder json = JSON.createObjectBuilder();
    for (Setting setting : List.of(Setting.values())) {
      if (!setting.secret()) {
        json.add(setting.name(), settings.text(setting));
      }
    }
    return json.build();
  }
}

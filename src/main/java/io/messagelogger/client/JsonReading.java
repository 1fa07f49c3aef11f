package io.messagelogger.client;

import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Reads the records of this client. Stateless. */
public class JsonReading implements MessageBodyReader<Object> {
  private static final Set<Class<?>> TYPES =
      Set.of(Message.class, Page.class, Statistics.class, Accepted.class);

  @Override
  public boolean isReadable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return TYPES.contains(type);
  }

  @Override
  public Object readFrom(
      Class<Object> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream in) {
    try (JsonReader reader =
        Json.PROVIDER.createReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      JsonStructure json = reader.read();
      return switch (type.getSimpleName()) {
        case "Message" -> Message.of(json.asJsonObject());
        case "Statistics" -> Statistics.of(json.asJsonObject());
        case "Accepted" -> Accepted.of(json.asJsonObject());
        default ->
            Page.of(
                json.asJsonArray(),
                headers.getOrDefault("Link", List.of()),
                headers.getFirst("Searched-To"));
      };
    } catch (JsonException | ClassCastException e) {
      throw new ProcessingException("The answer is not what this client knows", e);
    }
  }
}

package io.messagelogger.client;

import jakarta.json.JsonArrayBuilder;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/** Writes messages that are sent. Stateless. */
public class JsonWriting implements MessageBodyWriter<Message[]> {
  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return type == Message[].class;
  }

  @Override
  public void writeTo(
      Message[] messages,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    JsonArrayBuilder array = Json.PROVIDER.createArrayBuilder();
    for (Message message : messages) {
      array.add(message.json());
    }
    out.write(array.build().toString().getBytes(StandardCharsets.UTF_8));
  }
}

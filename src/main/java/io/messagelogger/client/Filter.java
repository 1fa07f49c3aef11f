package io.messagelogger.client;

import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which messages are meant; all of them until something is said. Names may be given several times;
 * one of them must match. In a name {@code !} in front excludes, and {@code *} at the end is a
 * prefix. Used by one thread.
 */
public class Filter {
  @QueryParam("subject")
  private @Nullable List<String> subject;

  @QueryParam("source")
  private @Nullable List<String> source;

  @QueryParam("destination")
  private @Nullable List<String> destination;

  @QueryParam("topic")
  private @Nullable List<String> topic;

  @QueryParam("type")
  private @Nullable List<String> type;

  @QueryParam("since")
  private @Nullable String since;

  @QueryParam("until")
  private @Nullable String until;

  @QueryParam("data")
  private @Nullable String data;

  @QueryParam("metadata")
  private @Nullable String metadata;

  @QueryParam("q")
  private @Nullable String q;

  @QueryParam("ack")
  private @Nullable String ack;

  @QueryParam("min_ack_ms")
  private @Nullable Long minAckMs;

  @QueryParam("max_ack_ms")
  private @Nullable Long maxAckMs;

  /** The messages of which it is true: who sent or received it. */
  public Filter subject(String... names) {
    this.subject = List.of(names);
    return this;
  }

  /** The messages of which it is true: who sent it. */
  public Filter source(String... names) {
    this.source = List.of(names);
    return this;
  }

  /** The messages of which it is true: who received it. */
  public Filter destination(String... names) {
    this.destination = List.of(names);
    return this;
  }

  /** The messages of which it is true: its topic. */
  public Filter topic(String... names) {
    this.topic = List.of(names);
    return this;
  }

  /** The messages of which it is true: its message_type. */
  public Filter type(String... names) {
    this.type = List.of(names);
    return this;
  }

  /**
   * The messages of which it is true: its origin_ts is this or later: RFC 3339, or a duration back
   * from now ({@code 36h}).
   */
  public Filter since(String value) {
    this.since = value;
    return this;
  }

  /** The messages of which it is true: its origin_ts is before this. */
  public Filter until(String value) {
    this.until = value;
    return this;
  }

  /** The messages of which it is true: JSON that the payload contains. */
  public Filter data(String value) {
    this.data = value;
    return this;
  }

  /** The messages of which it is true: JSON that the metadata contains. */
  public Filter metadata(String value) {
    this.metadata = value;
    return this;
  }

  /** The messages of which it is true: words anywhere in payload or metadata. */
  public Filter q(String value) {
    this.q = value;
    return this;
  }

  /** The messages of which it is true: {@code missing} or {@code present}. */
  public Filter ack(String value) {
    this.ack = value;
    return this;
  }

  /** The messages of which it is true: its acknowledgement took at least so many milliseconds. */
  public Filter minAckMs(long value) {
    this.minAckMs = value;
    return this;
  }

  /** The messages of which it is true: at most so many. */
  public Filter maxAckMs(long value) {
    this.maxAckMs = value;
    return this;
  }

  public @Nullable List<String> getSubject() {
    return subject;
  }

  public void setSubject(@Nullable List<String> subject) {
    this.subject = subject;
  }

  public @Nullable List<String> getSource() {
    return source;
  }

  public void setSource(@Nullable List<String> source) {
    this.source = source;
  }

  public @Nullable List<String> getDestination() {
    return destination;
  }

  public void setDestination(@Nullable List<String> destination) {
    this.destination = destination;
  }

  public @Nullable List<String> getTopic() {
    return topic;
  }

  public void setTopic(@Nullable List<String> topic) {
    this.topic = topic;
  }

  public @Nullable List<String> getType() {
    return type;
  }

  public void setType(@Nullable List<String> type) {
    this.type = type;
  }

  public @Nullable String getSince() {
    return since;
  }

  public void setSince(@Nullable String since) {
    this.since = since;
  }

  public @Nullable String getUntil() {
    return until;
  }

  public void setUntil(@Nullable String until) {
    this.until = until;
  }

  public @Nullable String getData() {
    return data;
  }

  public void setData(@Nullable String data) {
    this.data = data;
  }

  public @Nullable String getMetadata() {
    return metadata;
  }

  public void setMetadata(@Nullable String metadata) {
    this.metadata = metadata;
  }

  public @Nullable String getQ() {
    return q;
  }

  public void setQ(@Nullable String q) {
    this.q = q;
  }

  public @Nullable String getAck() {
    return ack;
  }

  public void setAck(@Nullable String ack) {
    this.ack = ack;
  }

  public @Nullable Long getMinAckMs() {
    return minAckMs;
  }

  public void setMinAckMs(@Nullable Long minAckMs) {
    this.minAckMs = minAckMs;
  }

  public @Nullable Long getMaxAckMs() {
    return maxAckMs;
  }

  public void setMaxAckMs(@Nullable Long maxAckMs) {
    this.maxAckMs = maxAckMs;
  }
}

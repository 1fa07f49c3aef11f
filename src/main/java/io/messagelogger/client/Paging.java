package io.messagelogger.client;

import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** Which page of a list is meant; the first until something is said. Used by one thread. */
public class Paging {
  @QueryParam("order")
  private @Nullable String order;

  @QueryParam("limit")
  private @Nullable Integer limit;

  @QueryParam("after")
  private @Nullable String after;

  /** Says which come first: {@code newest} or {@code oldest} first. */
  public Paging order(String value) {
    this.order = value;
    return this;
  }

  /** Messages of a page, 1 to 1,000. */
  public Paging limit(int value) {
    this.limit = value;
    return this;
  }

  /** The cursor of the page before, {@link Page#next}. */
  public Paging after(String value) {
    this.after = value;
    return this;
  }

  public @Nullable String getOrder() {
    return order;
  }

  public void setOrder(@Nullable String order) {
    this.order = order;
  }

  public @Nullable Integer getLimit() {
    return limit;
  }

  public void setLimit(@Nullable Integer limit) {
    this.limit = limit;
  }

  public @Nullable String getAfter() {
    return after;
  }

  public void setAfter(@Nullable String after) {
    this.after = after;
  }
}

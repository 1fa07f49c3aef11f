package io.messagelogger.live;

import java.util.List;
import java.util.stream.Collectors;

/** Some parameters of a request for the feed are wrong. */
final class InvalidFeedRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  /** What is wrong with a parameter. */
  record Fault(String parameter, String value, String detail) {}

  InvalidFeedRequestException(List<Fault> faults) {
    super(
        faults.stream()
            .map(fault -> fault.parameter() + ": " + fault.detail())
            .collect(Collectors.joining("\n")),
        null,
        false,
        false);
    this.faults = List.copyOf(faults);
  }

  List<Fault> faults() {
    return faults;
  }
}

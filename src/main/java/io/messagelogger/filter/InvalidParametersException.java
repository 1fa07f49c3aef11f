package io.messagelogger.filter;

import java.util.List;
import java.util.stream.Collectors;

/** Some parameters of a request are wrong. */
public final class InvalidParametersException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  /**
   * @param faults one at least
   */
  public InvalidParametersException(List<Fault> faults) {
    super(
        faults.stream()
            .map(fault -> fault.parameter() + ": " + fault.detail())
            .collect(Collectors.joining("\n")),
        null,
        false,
        false);
    this.faults = List.copyOf(faults);
  }

  /** All that is wrong. */
  public List<Fault> faults() {
    return faults;
  }
}

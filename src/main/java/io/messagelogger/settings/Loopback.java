package io.messagelogger.settings;

/** Addresses that only this machine reaches, told without asking anybody for names. */
public final class Loopback {
  private Loopback() {}

  /** Whether a name or address is one of these. */
  public static boolean is(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.\\d{1,3}){3}")
        || host.matches("\\[?(0*:)*0*:0*1]?");
  }
}

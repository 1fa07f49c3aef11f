package io.messagelogger.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames of clients (RFC 6455, section 5), whole and byte by byte. */
class ClientFramesTest {
  private static final byte[] MASK = {1, 2, 3, 4};

  /** What was made of these bytes: the same however they come in pieces. */
  private static List<String> read(byte[] bytes) {
    List<String> whole = read(bytes, bytes.length);
    assertThat(read(bytes, 1)).isEqualTo(whole);
    return whole;
  }

  private static List<String> read(byte[] bytes, int piece) {
    List<String> heard = new ArrayList<>();
    ClientFrames frames =
        new ClientFrames(
            new ClientFrames.Handler() {
              @Override
              public void ping(byte[] payload) {
                heard.add("ping " + new String(payload, StandardCharsets.UTF_8));
              }

              @Override
              public void closed(int code) {
                heard.add("closed " + code);
              }

              @Override
              public void broken(int code, String reason) {
                heard.add("broken " + code);
              }
            });
    for (int from = 0; from < bytes.length; from += piece) {
      int length = Math.min(piece, bytes.length - from);
      byte[] some = new byte[length];
      System.arraycopy(bytes, from, some, 0, length);
      frames.take(some, length);
    }
    return heard;
  }

  private static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    out.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ MASK[i % 4]);
    }
    return out.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void pingsAreHeardAmongFragmentsOfAMessage() {
    assertThat(
            read(
                Frames.join(
                    frame(0x01, text("a")),
                    frame(0x89, text("you?")),
                    frame(0x80, text("b")),
                    frame(0x8a, text("pong")),
                    frame(0x89, text("")))))
        .containsExactly("ping you?", "ping ");
  }

  @Test
  void nothingIsHeardAfterAClose() {
    assertThat(
            read(
                Frames.join(frame(0x88, new byte[] {3, (byte) 0xe8, 'x'}), frame(0x89, text("x")))))
        .containsExactly("closed 1000");
    assertThat(read(frame(0x88, new byte[0]))).containsExactly("closed 1005");
  }

  @Test
  void aCloseHasACodeThatMayBeSentOrNone() {
    assertThat(read(frame(0x88, new byte[1]))).as("half a code").containsExactly("broken 1002");
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
      assertThat(read(frame(0x88, new byte[] {(byte) (code >> 8), (byte) code})))
          .as("%d", code)
          .containsExactly("broken 1002");
    }
    for (int code : new int[] {1000, 1001, 1003, 1007, 1014, 3000, 4999}) {
      assertThat(read(frame(0x88, new byte[] {(byte) (code >> 8), (byte) code})))
          .containsExactly("closed " + code);
    }
  }

  @Test
  void messagesAreIgnoredUpToTheLimit() {
    byte[] largest = new byte[ClientFrames.MAX_MESSAGE];
    assertThat(read(Frames.join(frame(0x82, largest), frame(0x89, text("on")))))
        .containsExactly("ping on");
    assertThat(read(frame(0x82, new byte[ClientFrames.MAX_MESSAGE + 1])))
        .containsExactly("broken 1009");
    assertThat(read(Frames.join(frame(0x02, largest), frame(0x80, new byte[1]))))
        .as("in fragments too")
        .containsExactly("broken 1009");
  }

  @Test
  void rulesThatAreBrokenEndIt() {
    assertThat(read(new byte[] {(byte) 0x81, 1, 'x'}))
        .as("not masked")
        .containsExactly("broken 1002");
    assertThat(read(frame(0xc1, text("x")))).as("reserved bit").containsExactly("broken 1002");
    assertThat(read(frame(0x09, text("x")))).as("fragmented ping").containsExactly("broken 1002");
    assertThat(read(frame(0x89, new byte[126]))).as("long ping").containsExactly("broken 1002");
    assertThat(read(frame(0x80, text("x")))).as("nothing to go on").containsExactly("broken 1002");
    assertThat(read(frame(0x83, text("x")))).as("unknown").containsExactly("broken 1002");
    assertThat(read(frame(0x8b, text("x")))).as("unknown control").containsExactly("broken 1002");
    assertThat(read(Frames.join(frame(0x01, text("a")), frame(0x81, text("b")))))
        .as("a message within another")
        .containsExactly("broken 1002");
  }
}

package io.messagelogger.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only what a killed runnable jar has left is removed. */
class UnpackedTest {
  @TempDir Path root;

  @Test
  void whatAKilledServerLeftIsRemoved() throws IOException {
    Path own = unpacked("message-logger_1");
    Path dead = unpacked("message-logger_2");

    assertThat(Unpacked.clean(own.resolve("wlp/usr").toString())).isEqualTo(1);

    assertThat(dead).doesNotExist();
    assertThat(own.resolve("wlp/usr/servers/message-logger/workarea/.sLock")).exists();
  }

  @Test
  void aServerThatLivesIsLeftAlone() throws IOException {
    Path own = unpacked("message-logger_1");
    Path lives = unpacked("message-logger_2");
    Path lock = lives.resolve("wlp/usr/servers/message-logger/workarea/.sLock");
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      assertThat(Unpacked.clean(own.resolve("wlp/usr").toString())).isZero();
    }
    assertThat(lock).exists();
  }

  @Test
  void whatIsBeingUnpackedAndWhatIsNotOursAreLeftAlone() throws IOException {
    Path own = unpacked("message-logger_1");
    Path unpacking = Files.createDirectories(root.resolve("message-logger_2/wlp/usr/servers"));
    Path other = unpacked("other-server_3");
    Path unnumbered = unpacked("message-logger_backup");

    assertThat(Unpacked.clean(own.resolve("wlp/usr").toString())).isZero();

    assertThat(unpacking).exists();
    assertThat(other).exists();
    assertThat(unnumbered).exists();
  }

  @Test
  void aServerThatWasInstalledHasNoLeftovers() throws IOException {
    Path dead = unpacked("message-logger_2");
    assertThat(Unpacked.clean(null)).isZero();
    assertThat(Unpacked.clean(root.resolve("servers/usr").toString())).isZero();
    assertThat(Unpacked.clean(root.resolve("opt/wlp/usr").toString())).isZero();
    assertThat(dead).exists();
  }

  private Path unpacked(String name) throws IOException {
    Path folder = root.resolve(name);
    Path work = Files.createDirectories(folder.resolve("wlp/usr/servers/message-logger/workarea"));
    Files.createFile(work.resolve(".sLock"));
    Files.writeString(folder.resolve("wlp/readme.txt"), "a file");
    return folder;
  }
}

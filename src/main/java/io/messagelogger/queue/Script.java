package io.messagelogger.queue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * A Lua script of this room. Sent by its digest, and whole when Redis does not know it (any more).
 * Runs with the flag {@code allow-oom} where Redis has flags (7.0 on), so that a Redis at its
 * memory limit can still be drained. Thread-safe.
 */
final class Script {
  private static final String FLAGS = "#!lua flags=allow-oom\n";

  private final Form plain;
  private volatile Form form;

  private record Form(boolean flagged, byte[] source, byte[] digest) {
    static Form of(boolean flagged, String source) {
      byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
      try {
        byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(bytes);
        return new Form(flagged, bytes, Script.bytes(HexFormat.of().formatHex(sha1)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-1", e);
      }
    }
  }

  Script(String resource) {
    try (InputStream in = Script.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      this.plain = Form.of(false, source);
      this.form = Form.of(true, FLAGS + source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Object run(UnifiedJedis redis, List<byte[]> keys, List<byte[]> arguments) {
    Form current = form;
    try {
      return redis.evalsha(current.digest, keys, arguments);
    } catch (JedisNoScriptException unknown) {
      return load(redis, current, keys, arguments);
    }
  }

  private Object load(UnifiedJedis redis, Form current, List<byte[]> keys, List<byte[]> arguments) {
    try {
      return redis.eval(current.source, keys, arguments);
    } catch (JedisDataException e) {
      // Redis 6 takes the line of flags for Lua and does not get as far as running anything.
      if (current.flagged && String.valueOf(e.getMessage()).contains("compiling script")) {
        form = plain;
        return redis.eval(plain.source, keys, arguments);
      }
      throw e;
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

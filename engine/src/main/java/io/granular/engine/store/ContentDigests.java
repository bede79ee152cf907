package io.granular.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SHA-256 of what a component is made of. Files are read as a stream, and not again as long as
 * their size and time of change stay the same. Safe for use by several threads.
 */
public final class ContentDigests {
  private static final int BUFFER = 1 << 20;

  private final Map<Key, String> known = new ConcurrentHashMap<>();

  private record Key(Path file, long size, FileTime changed) {}

  /**
   * The digest of a component: its name, class, configuration and the bytes of all its files, in
   * hexadecimal.
   *
   * @throws BadModelException if a file cannot be read
   */
  public String of(Component component) {
    MessageDigest digest = sha256();
    update(digest, component.name());
    update(digest, component.className());
    update(digest, component.config().toString());
    component.files().forEach(file -> update(digest, of(file)));
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * The digest of a file, in hexadecimal, as {@code sha256sum} prints it.
   *
   * @throws BadModelException if the file cannot be read
   */
  public String of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Key key = new Key(file.toRealPath(), attributes.size(), attributes.lastModifiedTime());
      String digest = known.get(key);
      if (digest == null) {
        digest = read(file);
        known.put(key, digest);
      }
      return digest;
    } catch (IOException e) {
      throw new BadModelException(file, "cannot be read (" + e.getMessage() + ")",
          "Check that the file is still there and may be read", e);
    }
  }

  private static String read(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] buffer = new byte[BUFFER];
      while (in.read(buffer) >= 0) {
        // The stream feeds the digest.
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Ends every text with a zero byte, so that two texts cannot be taken for one. */
  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}

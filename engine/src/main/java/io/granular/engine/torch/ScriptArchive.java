package io.granular.engine.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive written from source text: what {@code torch.jit.save} writes for a module without weights, so
 * that every ATen, onednn and quantized operator is in reach without Python.
 *
 * <p>The module is {@code __torch__.Net}; its methods take {@code self: __torch__.Net} and may keep tensors in the
 * dictionary attribute {@code self.w}.
 */
final class ScriptArchive {
  private static final String HEADER = """
      class Net(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        w : Dict[str, Tensor]
      """;

  private ScriptArchive() {}

  /**
   * The bytes of an archive.
   *
   * @param methods source of the methods, each indented by two spaces
   */
  static byte[] write(List<String> methods) {
    String code = HEADER + String.join("\n", methods) + "\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "net/data.pkl", module());
      store(zip, "net/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "net/constants.pkl", new byte[]{(byte) 0x80, 2, ')', '.'});
      store(zip, "net/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** Pickle protocol 2 of an object of class {@code __torch__.Net} with its two attributes. */
  private static byte[] module() throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(new byte[]{(byte) 0x80, 2});
    pickle.write("c__torch__\nNet\n)\u0081}(".getBytes(StandardCharsets.ISO_8859_1));
    key(pickle, "training");
    pickle.write((byte) 0x89);
    key(pickle, "w");
    pickle.write("}ub.".getBytes(StandardCharsets.US_ASCII));
    return pickle.toByteArray();
  }

  private static void key(ByteArrayOutputStream pickle, String name) throws IOException {
    pickle.write(new byte[]{'X', (byte) name.length(), 0, 0, 0});
    pickle.write(name.getBytes(StandardCharsets.US_ASCII));
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}

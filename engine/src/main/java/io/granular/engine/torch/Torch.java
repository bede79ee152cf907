package io.granular.engine.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/**
 * libtorch in this process. Loading it takes about a second and 150 MB, so only worker processes and the commands that
 * compute do it.
 */
public final class Torch implements AutoCloseable {
  /** The libtorch version that Granular is built with. */
  public static final String VERSION = "2.7.1";

  private final PtNDManager manager;

  private Torch(PtNDManager manager) {
    this.manager = manager;
  }

  /**
   * Loads libtorch.
   *
   * @param threads computing threads; 0 for the number of cores
   */
  public static Torch start(int threads) {
    Allocator.tune();
    System.setProperty("ai.djl.offline", "true");
    String unpacked = System.getProperty("granular.native");
    if (unpacked != null) {
      // An installation carries libtorch unpacked; otherwise DJL unpacks it into the user's home once.
      System.setProperty("PYTORCH_LIBRARY_PATH", unpacked);
      System.setProperty("PYTORCH_VERSION", VERSION);
      System.setProperty("PYTORCH_FLAVOR", "cpu");
    }
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    return new Torch((PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch"));
  }

  /** Number of computing threads. */
  public int threads() {
    return JniUtils.getNumThreads();
  }

  /** Changes the number of computing threads; 0 for the number of cores. */
  public void threads(int threads) {
    JniUtils.setNumThreads(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
  }

  /** A new scope; tensors made in it live until it is closed. */
  public Scope scope() {
    return new Scope((PtNDManager) manager.newSubManager());
  }

  @Override
  public void close() {
    manager.close();
  }
}

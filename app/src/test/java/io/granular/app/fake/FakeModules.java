package io.granular.app.fake;

import java.util.ArrayList;
import java.util.List;

/** Modules named and shaped as in the diffusers U-Net, CLIP and autoencoder of a small model. */
final class FakeModules {
  private static final int[] CHANNELS = {96, 192, 384, 384};

  private final List<Module> modules = new ArrayList<>();

  /** One module with its weight's shape. */
  record Module(String name, String kind, List<Long> shape) {
    long parameters() {
      long weight = shape.stream().reduce(1L, Math::multiplyExact);
      return weight + (kind.equals("Embedding") ? 0 : shape.getFirst());
    }

    boolean matrix() {
      return kind.equals("Conv2d") || kind.equals("Linear");
    }

    /** Numbers per output channel. */
    long columns() {
      return shape.stream().skip(1).reduce(1L, Math::multiplyExact);
    }
  }

  private FakeModules() {}

  static List<Module> all(int blocks) {
    FakeModules made = new FakeModules();
    made.text();
    made.unet(blocks);
    made.vae();
    return List.copyOf(made.modules);
  }

  private void text() {
    String root = "text_encoder.text_model.";
    add(root + "embeddings.token_embedding", "Embedding", 8192, 256);
    add(root + "embeddings.position_embedding", "Embedding", 77, 256);
    for (int layer = 0; layer < 4; layer++) {
      String at = root + "encoder.layers." + layer + ".";
      add(at + "layer_norm1", "LayerNorm", 256);
      for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        add(at + "self_attn." + part, "Linear", 256, 256);
      }
      add(at + "layer_norm2", "LayerNorm", 256);
      add(at + "mlp.fc1", "Linear", 1024, 256);
      add(at + "mlp.fc2", "Linear", 256, 1024);
    }
    add(root + "final_layer_norm", "LayerNorm", 256);
  }

  private void unet(int blocks) {
    add("unet.conv_in", "Conv2d", 96, 4, 3, 3);
    add("unet.time_embedding.linear_1", "Linear", 384, 96);
    add("unet.time_embedding.linear_2", "Linear", 384, 384);
    int from = 96;
    for (int i = 0; i < 4; i++) {
      String at = "unet.down_blocks." + i + ".";
      for (int j = 0; j < 2; j++) {
        resnet(at + "resnets." + j + ".", j == 0 ? from : CHANNELS[i], CHANNELS[i]);
        if (i < 3) {
          attention(at + "attentions." + j + ".", CHANNELS[i], blocks);
        }
      }
      if (i < 3) {
        add(at + "downsamplers.0.conv", "Conv2d", CHANNELS[i], CHANNELS[i], 3, 3);
      }
      from = CHANNELS[i];
    }
    resnet("unet.mid_block.resnets.0.", 384, 384);
    attention("unet.mid_block.attentions.0.", 384, blocks);
    resnet("unet.mid_block.resnets.1.", 384, 384);
    for (int i = 0; i < 4; i++) {
      String at = "unet.up_blocks." + i + ".";
      for (int j = 0; j < 3; j++) {
        resnet(at + "resnets." + j + ".", 2 * CHANNELS[3 - i], CHANNELS[3 - i]);
        if (i > 0) {
          attention(at + "attentions." + j + ".", CHANNELS[3 - i], blocks);
        }
      }
    }
    add("unet.conv_norm_out", "GroupNorm", 96);
    add("unet.conv_out", "Conv2d", 4, 96, 3, 3);
  }

  private void resnet(String at, int in, int out) {
    add(at + "norm1", "GroupNorm", in);
    add(at + "conv1", "Conv2d", out, in, 3, 3);
    add(at + "time_emb_proj", "Linear", out, 384);
    add(at + "norm2", "GroupNorm", out);
    add(at + "conv2", "Conv2d", out, out, 3, 3);
    if (in != out) {
      add(at + "conv_shortcut", "Conv2d", out, in, 1, 1);
    }
  }

  private void attention(String at, int width, int blocks) {
    add(at + "norm", "GroupNorm", width);
    add(at + "proj_in", "Conv2d", width, width, 1, 1);
    for (int i = 0; i < blocks; i++) {
      String block = at + "transformer_blocks." + i + ".";
      for (int k = 1; k <= 2; k++) {
        add(block + "norm" + k, "LayerNorm", width);
        int from = k == 1 ? width : 256;
        add(block + "attn" + k + ".to_q", "Linear", width, width);
        add(block + "attn" + k + ".to_k", "Linear", width, from);
        add(block + "attn" + k + ".to_v", "Linear", width, from);
        add(block + "attn" + k + ".to_out.0", "Linear", width, width);
      }
      add(block + "norm3", "LayerNorm", width);
      add(block + "ff.net.0.proj", "Linear", 8 * width, width);
      add(block + "ff.net.2", "Linear", width, 4 * width);
    }
    add(at + "proj_out", "Conv2d", width, width, 1, 1);
  }

  private void vae() {
    for (String half : List.of("vae.encoder.", "vae.decoder.")) {
      add(half + "conv_in", "Conv2d", 96, 4, 3, 3);
      for (int i = 0; i < 2; i++) {
        String at = half + "mid_block.resnets." + i + ".";
        add(at + "norm1", "GroupNorm", 192);
        add(at + "conv1", "Conv2d", 192, 192, 3, 3);
        add(at + "norm2", "GroupNorm", 192);
        add(at + "conv2", "Conv2d", 192, 192, 3, 3);
      }
      add(half + "conv_norm_out", "GroupNorm", 96);
      add(half + "conv_out", "Conv2d", 3, 96, 3, 3);
    }
  }

  private void add(String name, String kind, long... shape) {
    List<Long> list = new ArrayList<>();
    for (long extent : shape) {
      list.add(extent);
    }
    modules.add(new Module(name, kind, list));
  }
}

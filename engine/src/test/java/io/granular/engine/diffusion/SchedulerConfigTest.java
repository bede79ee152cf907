package io.granular.engine.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.store.BadModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerConfigTest {
  @TempDir
  Path folder;

  @Test
  void keepsItsOwnCopy() {
    SchedulerConfig config = References.config("{\"_class_name\": \"LCMScheduler\"}");
    ObjectNode taken = config.json();
    taken.put("_class_name", "PNDMScheduler");
    assertThat(config.className()).isEqualTo("LCMScheduler");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"a\": ", "1"})
  void refusesWhatIsNoObject(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("scheduler_config.json"), text);
    assertThatThrownBy(() -> SchedulerConfig.read(file))
        .isInstanceOf(BadModelException.class)
        .hasMessageStartingWith(file + ": ");
  }

  @Test
  void refusesAMissingAndAHugeFile() throws IOException {
    assertThatThrownBy(() -> SchedulerConfig.read(folder.resolve("none.json")))
        .isInstanceOf(BadModelException.class);
    Path huge = Files.write(folder.resolve("huge.json"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> SchedulerConfig.read(huge))
        .isInstanceOf(BadModelException.class)
        .hasMessageContaining("1048577 bytes");
  }
}

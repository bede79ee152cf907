package io.granular.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class ByteCountTest {
  @ParameterizedTest
  @CsvSource({"12MB,12000000", "1.5 GiB,1610612736", "800kB,800000", "123,123", "0.5b,0"})
  void unitsAreDecimalUnlessTheySayOtherwise(String text, long bytes) {
    assertThat(new ByteCount().convert(text)).isEqualTo(bytes);
  }

  @Test
  void otherTextsAreRefused() {
    for (String text : new String[]{"", "MB", "-3", "12 apples", "1e9", "999999999999999TiB"}) {
      assertThatThrownBy(() -> new ByteCount().convert(text)).as(text)
          .isInstanceOf(TypeConversionException.class);
    }
  }
}

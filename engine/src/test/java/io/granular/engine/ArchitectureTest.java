package io.granular.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.Arrays;
import java.util.List;

@AnalyzeClasses(packages = "io.granular.engine", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  /** From the entry points down to libtorch; an arrow may only point to a later name. */
  private static final List<String> ORDER =
      List.of("cli", "worker", "studio", "report", "analyze", "train", "run", "calibrate", "plan",
          "lower", "onnx",
          "network", "diffusion", "text", "store", "quant", "metric", "torch");

  @ArchTest
  static final ArchRule arrowsGoDown = downwards();

  @ArchTest
  static final ArchRule noCycles = slices().matching("io.granular.engine.(*)..")
      .should()
      .beFreeOfCycles()
      .because("a package can only be understood alone if nothing below it points back up");

  @ArchTest
  static final ArchRule noJavaFx = noClasses().should()
      .dependOnClassesThat()
      .resideInAnyPackage("javafx..")
      .because("the engine is used headless, as a library and in worker processes");

  @ArchTest
  static final ArchRule onlyTorchTouchesDjl = noClasses().that()
      .resideOutsideOfPackage("..engine.torch..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("ai.djl..")
      .because("the tensor library is an implementation detail of one package");

  @ArchTest
  static final ArchRule arithmeticDoesNoIo = noClasses().that()
      .resideInAnyPackage("..quant..", "..metric..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("java.io..", "java.nio.file..")
      .because("arithmetic is tested and reused on arrays alone")
      .allowEmptyShould(true);

  private static ArchRule downwards() {
    LayeredArchitecture rule = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String layer : ORDER) {
      rule = rule.optionalLayer(layer).definedBy("io.granular.engine." + layer + "..");
    }
    for (int i = 0; i < ORDER.size(); i++) {
      String[] above = ORDER.subList(0, i).toArray(String[]::new);
      rule = i == 0
          ? rule.whereLayer(ORDER.get(i)).mayNotBeAccessedByAnyLayer()
          : rule.whereLayer(ORDER.get(i)).mayOnlyBeAccessedByLayers(above);
    }
    return rule
        .because("the design's arrows go only downwards: " + Arrays.toString(ORDER.toArray()));
  }
}

package io.granular.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.granular.engine.analyze.AnalysisRequest;
import io.granular.engine.analyze.Grouping;
import io.granular.engine.analyze.Measure;
import io.granular.engine.run.CalibrationRequest;
import io.granular.engine.run.CalibrationResult;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunRequest;
import io.granular.engine.run.RunResult;
import io.granular.engine.run.SamplerChoice;
import io.granular.engine.save.Fit;
import io.granular.engine.save.OnnxForm;
import io.granular.engine.save.Refusal;
import io.granular.engine.save.SaveFormat;
import io.granular.engine.save.SaveOptions;
import io.granular.engine.save.SaveRequest;
import io.granular.engine.save.SaveResult;
import io.granular.engine.train.Economy;
import io.granular.engine.train.Learning;
import io.granular.engine.train.Length;
import io.granular.engine.train.Objective;
import io.granular.engine.train.Preview;
import io.granular.engine.train.Sampling;
import io.granular.engine.train.Trained;
import io.granular.engine.train.TrainingEstimate;
import io.granular.engine.train.TrainingRequest;
import io.granular.engine.train.TrainingResult;
import io.granular.engine.train.UnfinishedTraining;
import java.util.Set;

@AnalyzeClasses(packages = "io.granular.app", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  /** The part of the engine's facade that its worker shares. */
  private static final Set<String> CONTRACT = Set.of(RunListener.class.getName(),
      RunProgress.class.getName(), RunRequest.class.getName(), RunResult.class.getName(),
      SamplerChoice.class.getName(), AnalysisRequest.class.getName(),
      Grouping.class.getName(), Measure.class.getName(),
      CalibrationRequest.class.getName(), CalibrationResult.class.getName(),
      TrainingRequest.class.getName(), TrainingResult.class.getName(),
      TrainingEstimate.class.getName(), UnfinishedTraining.class.getName(),
      Economy.class.getName(), Learning.class.getName(), Length.class.getName(),
      Objective.class.getName(), Preview.class.getName(), Sampling.class.getName(),
      Trained.class.getName(), Fit.class.getName(), OnnxForm.class.getName(),
      Refusal.class.getName(), SaveFormat.class.getName(), SaveOptions.class.getName(),
      SaveRequest.class.getName(), SaveResult.class.getName());

  @ArchTest
  static final ArchRule noCycles = slices().matching("io.granular.app.(*)..")
      .should()
      .beFreeOfCycles()
      .because("a screen can only be understood alone if no other leads back to it");

  @ArchTest
  static final ArchRule noTensors = noClasses().should()
      .dependOnClassesThat()
      .resideInAnyPackage("ai.djl..", "io.granular.engine.torch..")
      .because("the studio never loads libtorch; its workers do");

  @ArchTest
  static final ArchRule engineThroughItsFacade = noClasses().that()
      .doNotHaveSimpleName("Main")
      .should()
      .dependOnClassesThat(describe("are behind the engine's facade",
          type -> type.getPackageName().startsWith("io.granular.engine") && !isPublic(type)))
      .because("a window that knows the engine's inside cannot be tested on a fake engine");

  @ArchTest
  static final ArchRule engineOnlyInModels = classes().that()
      .resideInAPackage("io.granular.app.control..")
      .should()
      .onlyDependOnClassesThat(not(resideInAPackage("io.granular.engine..")))
      .because("controls are reused by screens that show other things than runs");

  private static boolean isPublic(JavaClass type) {
    String name = type.getName();
    return type.getPackageName().equals("io.granular.engine.studio")
        || type.getPackageName().equals("io.granular.engine.metric")
        || CONTRACT.stream().anyMatch(part -> name.equals(part) || name.startsWith(part + "$"));
  }
}

package io.granular.engine.plan;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.granular.engine.torch.ScalarType;

@AnalyzeClasses(packages = "io.granular.engine", importOptions = DoNotIncludeTests.class)
class PlanArchitectureTest {
  @ArchTest
  static final ArchRule plansWithoutLibtorch = noClasses().that()
      .resideInAPackage("..engine.plan..")
      .should()
      .dependOnClassesThat(
          resideInAPackage("..engine.torch..").and(not(type(ScalarType.class))))
      .because("the studio plans in its own process, which never loads libtorch");
}

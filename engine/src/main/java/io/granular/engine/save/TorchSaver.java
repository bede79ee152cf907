package io.granular.engine.save;

import io.granular.engine.calibrate.RangesCache;
import io.granular.engine.lower.Capabilities;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.Lowering;
import io.granular.engine.lower.PackTools;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.plan.ChosenRecipe;
import io.granular.engine.plan.Plan;
import io.granular.engine.plan.Planner;
import io.granular.engine.run.InputStatistics;
import io.granular.engine.run.Ranges;
import io.granular.engine.run.RunListener;
import io.granular.engine.run.RunProgress;
import io.granular.engine.run.RunProgress.Stage;
import io.granular.engine.run.SideRunner;
import io.granular.engine.run.TreatmentCache;
import io.granular.engine.store.ContentDigests;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.ModelSources;
import io.granular.engine.torch.ProcessMemory;
import io.granular.engine.torch.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Quantizes and saves with libtorch in this process, which collects statistics and generates the check's pictures. */
public final class TorchSaver implements Saver {
  private final Torch torch;
  private final Lowering lowering;
  private final Planner planner;
  private final TreatmentCache treatments;
  private final SideRunner sides;
  private final BuiltInRecipes recipes = new BuiltInRecipes();
  private final RangesCache ranges = new RangesCache();
  private final ContentDigests digests = new ContentDigests();
  private final ProcessMemory memory = new ProcessMemory();

  /**
   * @param treatments what earlier runs kept
   * @param sides generates for the check
   */
  public TorchSaver(Torch torch, PackTools tools, Capabilities machine, TreatmentCache treatments,
      SideRunner sides) {
    this.torch = torch;
    this.lowering = new Lowering(torch, tools);
    this.planner = new Planner(new Kernels(machine));
    this.treatments = treatments;
    this.sides = sides;
  }

  @Override
  public SaveResult save(Job job, RunListener listener, BooleanSupplier cancelled) {
    SaveRequest request = job.request();
    listener.progress(new RunProgress(Stage.LOADING, 0, 0, 0, Double.NaN, null));
    torch.threads(request.threads());
    sides.close();
    memory.resetPeak();
    long before = memory.resident();
    SaveProgress progress = new SaveProgress(listener, cancelled);
    try (ModelSource model = ModelSources.open(request.model(), request.config())) {
      PipelineGraphs graphs = PipelineGraphs.of(model);
      ChosenRecipe chosen = ChosenRecipe.of(request.recipe(), recipes, model, graphs,
          ranges.of(request.calibration()));
      Plan plan = planner.plan(chosen.recipe(), graphs, model, chosen.ranges());
      Ranges.require(plan, request.calibration());
      SaveSubject subject = new SaveSubject(model, graphs, plan, request.options());
      ModelWriter writer = Writers.of(request.format());
      Fit fit = writer.fit(subject);
      if (!fit.refusals().isEmpty()) {
        throw new RefusedException(request.format(), fit.refusals());
      }
      try (Destination destination = Destination.open(request.to(), request.format().folder(),
          request.overwrite(), model.path(), fit.bytes())) {
        write(job, subject, writer, destination, progress, listener, cancelled);
        double seconds = progress.seconds();
        long peak = Math.max(0, memory.peak() - before);
        SaveResult.Check check = new SaveCheck(sides,
            new ForeignRun(torch, model, graphs, cancelled), listener, cancelled).compare(
                SaveCheck.request(request, model, graphs, job.scratch()),
                writer.opened(subject, destination.part()), job.scratch());
        require(request.format(), check);
        return committed(job, destination, plan, fit, seconds, peak, check,
            Stream.concat(fit.notes().stream(), requantized(plan, chosen).stream()).toList());
      }
    }
  }

  private void write(Job job, SaveSubject subject, ModelWriter writer, Destination destination,
      SaveProgress progress, RunListener listener, BooleanSupplier cancelled) {
    try (InputStatistics statistics = InputStatistics.of(torch, lowering, planner,
        subject.model(), subject.graphs(), subject.plan(), listener, cancelled, treatments)) {
      writer.write(subject, new SavedWeights(subject, statistics, lowering),
          provenance(job, subject.model()), destination.part(), progress);
      progress.check();
    } catch (IOException e) {
      throw destination.failure(e);
    }
  }

  /** What keeps every number must give the same picture. */
  private static void require(SaveFormat format, SaveResult.Check check) {
    if (format == SaveFormat.SAFETENSORS && !check.identical()) {
      throw new IllegalStateException(
          "The saved model does not give the picture that it gave before"
              + " (" + check.text()
              + "), so it was not kept. This is a fault of Granular; please report"
              + " the model and the recipe.");
    }
  }

  private static SaveResult committed(Job job, Destination destination, Plan plan, Fit fit,
      double seconds, long peak, SaveResult.Check check, List<String> notes) {
    try {
      destination.commit();
    } catch (IOException e) {
      throw destination.failure(e);
    }
    List<Path> files = files(destination.target());
    return new SaveResult(destination.target(), job.request().format(), plan.recipe().name(), files,
        files.stream().mapToLong(TorchSaver::size).sum(), fit.bytes(), seconds, peak, check, notes);
  }

  /** A model that was quantized before and is quantized otherwise now is not what its maker had. */
  private static List<String> requantized(Plan plan, ChosenRecipe chosen) {
    return chosen.stored() ? List.of()
        : plan.modules()
            .stream()
            .map(m -> m.note())
            .filter(note -> note.contains("from the stored"))
            .distinct()
            .toList();
  }

  private Provenance provenance(Job job, ModelSource model) {
    String networks = model.components()
        .values()
        .stream()
        .map(digests::of)
        .collect(Collectors.joining("\n"));
    Path calibration = job.request().calibration();
    return new Provenance(job.version(), job.request().model(), digest(networks),
        calibration == null ? model.saved().map(saved -> saved.calibrationDigest()).orElse(null)
            : digests.of(calibration));
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256")
              .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  private static List<Path> files(Path saved) {
    try (Stream<Path> all = Files.walk(saved)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("What was saved at " + saved + " cannot be read", e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("What was saved at " + file + " cannot be read", e);
    }
  }
}

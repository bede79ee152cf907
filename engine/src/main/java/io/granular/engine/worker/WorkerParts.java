package io.granular.engine.worker;

import io.granular.engine.analyze.Analyzer;
import io.granular.engine.run.Bench;
import io.granular.engine.run.Calibrator;
import io.granular.engine.run.NetworkRunner;
import io.granular.engine.run.SideRunner;
import io.granular.engine.save.Saver;
import io.granular.engine.studio.protocol.KernelReport;
import io.granular.engine.train.Trainer;
import java.util.function.Supplier;

/**
 * What a worker does its work with.
 *
 * @param sides generates
 * @param calibrator calibrates
 * @param analyzer measures which modules matter
 * @param trainer trains
 * @param saver quantizes and saves
 * @param networks runs single networks
 * @param bench times
 * @param kernels says what probing found
 */
record WorkerParts(SideRunner sides, Calibrator calibrator, Analyzer analyzer, Trainer trainer,
    Saver saver,
    NetworkRunner networks, Bench bench,
    Supplier<KernelReport> kernels) {}

package io.granular.app.jobs;

import io.granular.engine.studio.EngineException;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * Why a job failed.
 *
 * @param message what happened and where
 * @param remedy what to do about it; empty if unknown
 * @param log of the worker; may be empty
 */
public record Failure(String message, String remedy, String log) {
  /** Of a job that the engine did not take or that broke inside it. */
  public static Failure of(Throwable problem) {
    String message = problem.getMessage();
    if (message == null) {
      message = problem.getClass().getSimpleName();
    }
    if (problem instanceof EngineException && problem.getCause() == null) {
      return new Failure(message, "", "");
    }
    StringWriter log = new StringWriter();
    problem.printStackTrace(new PrintWriter(log));
    return new Failure(message, "", log.toString());
  }
}

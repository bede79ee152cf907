package io.granular.engine.save;

import java.util.List;

/**
 * What a format can hold of a plan; known before anything is read or written.
 *
 * @param refusals what it cannot hold; nothing can be saved unless there are none
 * @param bytes estimated size of all files
 * @param notes what a person should know, e.g. which programs read the result
 */
public record Fit(List<Refusal> refusals, long bytes, List<String> notes) {
  public Fit {
    refusals = List.copyOf(refusals);
    notes = List.copyOf(notes);
  }
}

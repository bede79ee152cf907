package io.granular.app.jobs;

import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** All long work of this session. JavaFX thread only. */
public final class LongJobs {
  private final ObservableList<LongJob> jobs = FXCollections.observableArrayList();
  private final ReadOnlyIntegerWrapper active = new ReadOnlyIntegerWrapper();

  /** Newest first. */
  public ObservableList<LongJob> jobs() {
    return jobs;
  }

  /** How many have not ended. */
  public ReadOnlyIntegerProperty active() {
    return active.getReadOnlyProperty();
  }

  /** Whether work of a kind has not ended. */
  public boolean active(LongJob.Kind kind) {
    return jobs.stream().anyMatch(job -> job.about().kind() == kind && !job.ended());
  }

  /** Lists work that has begun. */
  public void add(LongJob job) {
    jobs.addFirst(job);
    count();
    job.state().addListener((_, _, _) -> count());
  }

  /** Asks all of it to end. */
  public void cancelAll() {
    jobs.stream().filter(job -> !job.ended()).toList().forEach(LongJob::cancel);
  }

  /** Takes what has ended off the list. */
  public void clearEnded() {
    jobs.removeIf(LongJob::ended);
  }

  private void count() {
    active.set((int) jobs.stream().filter(job -> !job.ended()).count());
  }
}

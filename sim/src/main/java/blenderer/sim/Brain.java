package blenderer.sim;

import blenderer.core.Decision;
import blenderer.core.Event;
import blenderer.core.Journal;
import blenderer.core.Now;
import blenderer.core.Scheduler;
import blenderer.core.Settings;
import java.util.List;

/** What decides in a simulated server: the scheduler, or one with a fault planted in it. */
interface Brain {

  Decision apply(Event event, Now now);

  List<String> why(String job);

  /** The scheduler itself, loaded from what the journal knows. */
  static Brain scheduler(Settings settings, Journal.Snapshot snapshot, String prefix, Now now) {
    Scheduler scheduler = new Scheduler(settings, snapshot, prefix, now);
    return new Brain() {
      @Override
      public Decision apply(Event event, Now now) {
        return scheduler.apply(event, now);
      }

      @Override
      public List<String> why(String job) {
        return scheduler.why(job);
      }
    };
  }
}

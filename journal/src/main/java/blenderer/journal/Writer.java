package blenderer.journal;

import blenderer.core.Journal.JournalException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes whatever waits, up to {@value #GROUP} units of work, runs
 * them in one transaction, and answers all of them after the commit: one wait for the disk serves
 * them all. A unit that breaks a rule of its own fails alone; when the database itself fails, all
 * of the group fail and nothing of it is written.
 */
final class Writer implements AutoCloseable {

  /** What one caller wants changed, all of it or nothing. */
  interface Work<T extends @Nullable Object> {
    T run(WriteSession session) throws SQLException;
  }

  static final int GROUP = 128;
  private static final int QUEUE = 4096;
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private static final class Unit<T extends @Nullable Object> {
    final Work<T> work;
    final CompletableFuture<T> done = new CompletableFuture<>();
    @Nullable Runnable answer;

    Unit(Work<T> work) {
      this.work = work;
    }

    void run(WriteSession session) throws SQLException {
      T result = work.run(session);
      answer = () -> done.complete(result);
    }

    /** What its caller gets once the group is through. */
    void fail(Throwable cause) {
      answer = () -> done.completeExceptionally(cause);
    }

    void answer() {
      if (answer != null) {
        answer.run();
      }
    }
  }

  private final Transactions transactions;
  private final List<Work<Integer>> passengers;
  private final BlockingQueue<Unit<?>> queue = new ArrayBlockingQueue<>(QUEUE);
  private final Object gate = new Object();
  private final Thread thread;
  private boolean closed;
  private boolean failing;

  /**
   * @param transactions belongs to this writer from now on
   * @param passengers soft work that is done whenever there is a commit anyway
   */
  Writer(Transactions transactions, List<Work<Integer>> passengers) {
    this.transactions = transactions;
    this.passengers = List.copyOf(passengers);
    this.thread = Thread.ofPlatform().name("journal-writer").daemon().unstarted(this::loop);
    thread.start();
  }

  /**
   * Does {@code work} and waits until it is durable.
   *
   * @throws JournalException when nothing of it was written
   */
  <T extends @Nullable Object> T write(Work<T> work) {
    Unit<T> unit = new Unit<>(work);
    enqueue(unit);
    try {
      return unit.done.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new JournalException(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** How many units wait for their turn. */
  int waiting() {
    return queue.size();
  }

  private void enqueue(Unit<?> unit) {
    synchronized (gate) {
      if (closed) {
        throw new JournalException(
            "nothing was written: the journal is closed", new IllegalStateException("closed"));
      }
      putWhateverHappens(unit);
    }
  }

  /** Waits for room with the gate held: the writer never takes the gate, so it makes room. */
  private void putWhateverHappens(Unit<?> unit) {
    boolean interrupted = false;
    while (true) {
      try {
        queue.put(unit);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    List<Unit<?>> group = new ArrayList<>(GROUP);
    boolean last = false;
    while (!last) {
      group.clear();
      try {
        group.add(queue.take());
      } catch (InterruptedException e) {
        last = true;
      }
      queue.drainTo(group, GROUP - group.size());
      last |= group.removeIf(unit -> unit == END);
      if (!group.isEmpty()) {
        commit(group);
      }
    }
  }

  private static final Unit<Integer> END = new Unit<>(_ -> 0);

  /** Runs a group and answers every unit of it, whatever happens. */
  private void commit(List<Unit<?>> group) {
    try {
      transactions.commit((session, apart) -> run(group, session, apart));
      failing = false;
    } catch (SQLException | JdbiException e) {
      String why = SqlErrors.plainReason(e);
      if (failing) {
        LOG.debug("The journal still cannot be written: {}", why);
      } else {
        LOG.warn("The journal cannot be written: {}", why);
      }
      failing = true;
      JournalException failure = new JournalException("nothing was written: " + why, e);
      group.forEach(unit -> unit.fail(failure));
    } catch (RuntimeException | Error e) {
      if (!(e instanceof JournalException)) {
        LOG.error("The journal's writer met what it does not know", e);
      }
      group.forEach(unit -> unit.fail(e));
    }
    group.forEach(Unit::answer);
  }

  private void run(List<Unit<?>> group, WriteSession session, boolean apart) throws SQLException {
    for (Unit<?> unit : group) {
      run(unit, session, apart);
    }
    for (Work<Integer> passenger : passengers) {
      run(new Unit<>(passenger), session, apart);
    }
  }

  private static void run(Unit<?> unit, WriteSession session, boolean apart) throws SQLException {
    if (!apart) {
      try {
        unit.run(session);
      } catch (JournalException | IllegalArgumentException | IllegalStateException e) {
        throw new Transactions.NotApart(e);
      }
      return;
    }
    session.update("SAVEPOINT unit");
    try {
      unit.run(session);
      session.flush();
    } catch (SQLException e) {
      if (!SqlErrors.isOwnFault(e)) {
        throw e;
      }
      session.undo("ROLLBACK TO unit");
      unit.fail(new JournalException("nothing was written: " + SqlErrors.plainReason(e), e));
    } catch (JournalException | IllegalArgumentException | IllegalStateException e) {
      session.undo("ROLLBACK TO unit");
      unit.fail(e);
    }
    session.update("RELEASE unit");
  }

  /** Finishes what waits, takes nothing more, and closes the connection. */
  @Override
  public void close() {
    synchronized (gate) {
      if (closed) {
        return;
      }
      closed = true;
      putWhateverHappens(END);
    }
    try {
      thread.join();
      transactions.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.warn("The journal did not close well: {}", SqlErrors.plainReason(e));
    }
  }
}

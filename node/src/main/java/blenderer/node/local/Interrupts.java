package blenderer.node.local;

import blenderer.node.session.Session;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Lets Ctrl-C and a termination of this process cancel the session under way; once more, and what
 * was asked to end is killed. The process ends when the session has been left.
 */
final class Interrupts implements LocalRun.Watcher, AutoCloseable {

  private final PrintWriter out;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupted, "cancel");
  private volatile @Nullable Session session;

  Interrupts(PrintWriter out) {
    this.out = out;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void interrupted() {
    Session now = session;
    if (now == null) {
      return;
    }
    out.println("Interrupted: cancelling what runs, then leaving. Interrupt again to kill it.");
    now.cancel(false);
    whenInterruptedAgain(() -> now.cancel(true));
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Whatever the signal was: the job was not done.
    Runtime.getRuntime().halt(LocalFailure.FAILED);
  }

  /** By reflection: compilers warn of this class, and there is no other for the purpose. */
  private static void whenInterruptedAgain(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object run =
          Proxy.newProxyInstance(
              Interrupts.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      for (String name : List.of("INT", "TERM")) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), run);
      }
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      // Then the second signal does nothing, and the first ends what it can.
    }
  }

  @Override
  public void opened(Session opened) {
    session = opened;
  }

  @Override
  public void close() {
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It runs already.
    }
  }
}

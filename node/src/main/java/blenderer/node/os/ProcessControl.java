package blenderer.node.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts and ends processes. A process tree is found again by a variable in its environment (a
 * mark), which children inherit and which outlives whoever started them.
 */
public interface ProcessControl {

  /**
   * What to start.
   *
   * @param line the command, looked up on the PATH of {@code environment}, and its arguments; no
   *     shell reads them
   * @param environment all of it: nothing of the node's own is added
   * @param output an existing file or FIFO that gets standard output and standard error
   */
  record Command(
      List<String> line, Map<String, String> environment, Path workingFolder, Path output) {
    public Command {
      line = List.copyOf(line);
      environment = Map.copyOf(environment);
    }
  }

  /**
   * A variable of an environment.
   *
   * @param name such as {@code BLENDERER_SESSION}
   */
  record Mark(String name, String value) {}

  /**
   * Starts a process in a new process group, without a terminal, with an empty standard input.
   *
   * @throws IOException when nothing could be started; a command that is not found is no such case:
   *     that ends with exit code 127
   */
  RunningAction start(Command command) throws IOException;

  /**
   * The living processes that carry the mark, save this one.
   *
   * @return process ids
   */
  List<Long> marked(Mark mark);

  /**
   * Kills every process that carries the mark and waits until none is left, two seconds at most.
   *
   * @return how many were killed
   */
  int killMarked(Mark mark);

  /** The memory, in bytes, that the processes with the mark hold now; 0 if there are none. */
  long memoryOf(Mark mark);

  /** The machine's memory in bytes; 0 if unknown. */
  long machineMemory();

  /** Makes FIFOs that only this user may use. */
  void makeFifos(List<Path> paths) throws IOException;
}

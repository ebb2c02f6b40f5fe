package blenderer.cli;

import blenderer.api.Farm;
import blenderer.api.FarmClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that change one node. */
final class NodeActions {

  private NodeActions() {}

  /** A command on one node that answers with the node. */
  abstract static class NodeAction extends PeopleCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "The node's name.")
    String name = "";

    NodeAction(Surroundings around) {
      super(around);
    }

    abstract Farm.Node act(FarmClient client);

    @Override
    int run() {
      try (FarmClient client = client()) {
        Farm.Node node = act(client);
        if (json) {
          printJson(node);
        } else {
          out().println("The node " + Texts.clean(node.name()) + " is " + node.state() + ".");
        }
        return ExitCode.DONE;
      }
    }
  }

  /** One that is a single call. */
  abstract static class NodeCall extends NodeAction {

    private final BiFunction<FarmClient, String, Farm.Node> call;

    NodeCall(Surroundings around, BiFunction<FarmClient, String, Farm.Node> call) {
      super(around);
      this.call = call;
    }

    @Override
    final Farm.Node act(FarmClient client) {
      return call.apply(client, name);
    }
  }

  /** {@code blenderer node-pause NAME}. */
  @Command(name = "node-pause", description = "Give a node nothing more; what it renders ends.")
  static final class Pause extends NodeCall {
    Pause(Surroundings around) {
      super(around, FarmClient::pauseNode);
    }
  }

  /** {@code blenderer node-quarantine NAME}. */
  @Command(
      name = "node-quarantine",
      description = "Set a node aside until it has passed its self-test.")
  static final class SetAside extends NodeCall {
    SetAside(Surroundings around) {
      super(around, FarmClient::quarantineNode);
    }
  }

  /** {@code blenderer node-drain NAME}. */
  @Command(name = "node-drain", description = "Let a node finish what it renders, then stop.")
  static final class Drain extends NodeCall {
    Drain(Surroundings around) {
      super(around, FarmClient::drainNode);
    }
  }

  /** {@code blenderer node-resume NAME}. */
  @Command(name = "node-resume", description = "Give a paused or drained node work again.")
  static final class Resume extends NodeCall {
    Resume(Surroundings around) {
      super(around, FarmClient::resumeNode);
    }
  }

  /** {@code blenderer node-pool NAME [POOL]...}. */
  @Command(
      name = "node-pool",
      description =
          "Put a node in pools, whichever its owner named with 'node --pool'; what it renders goes"
              + " on.")
  static final class Pool extends NodeAction {

    @Parameters(
        index = "1..*",
        arity = "0..*",
        paramLabel = "POOL",
        description = "The pools; none: in no pool.")
    List<String> pools = new ArrayList<>();

    @Option(names = "--own", description = "Those that its owner named.")
    boolean own;

    Pool(Surroundings around) {
      super(around);
    }

    @Override
    Farm.Node act(FarmClient client) {
      if (own && !pools.isEmpty()) {
        throw CommandFailure.wrongUse(
            "--own and names of pools do not go together.", "Give one of them.");
      }
      return client.poolNode(name, own ? null : pools);
    }
  }
}

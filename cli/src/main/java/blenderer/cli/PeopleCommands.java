package blenderer.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The list of people's commands, in the order in which help shows them. */
public final class PeopleCommands {

  private PeopleCommands() {}

  /** Name to a maker of the annotated command object. */
  public static Map<String, Supplier<Object>> all(Surroundings around) {
    Map<String, Function<Surroundings, Object>> makers = new LinkedHashMap<>();
    makers.put("login", LoginCommand::new);
    makers.put("whoami", WhoamiCommand::new);
    makers.put("submit", SubmitCommand::new);
    makers.put("jobs", JobsCommand::new);
    makers.put("job", JobCommand::new);
    makers.put("frames", FramesCommand::new);
    makers.put("wait", WaitCommand::new);
    makers.put("logs", LogsCommand::new);
    makers.put("download", DownloadCommand::new);
    makers.put("cancel", JobActions.Cancel::new);
    makers.put("pause", JobActions.Pause::new);
    makers.put("resume", JobActions.Resume::new);
    makers.put("retry", JobActions.Retry::new);
    makers.put("accept", JobActions.Accept::new);
    makers.put("approve", JobActions.Approve::new);
    makers.put("skip", JobActions.Skip::new);
    makers.put("clone", JobActions.Copy::new);
    makers.put("set", JobActions.Change::new);
    makers.put("delete", JobActions.Delete::new);
    makers.put("why", JobActions.Why::new);
    makers.put("nodes", NodesCommand::new);
    makers.put("node-pause", NodeActions.Pause::new);
    makers.put("node-drain", NodeActions.Drain::new);
    makers.put("node-quarantine", NodeActions.SetAside::new);
    makers.put("node-resume", NodeActions.Resume::new);
    makers.put("open", BrowserCommands.Open::new);
    makers.put("trust", TrustCommand::new);
    makers.put("sessions", BrowserCommands.Signed::new);
    makers.put("node-pool", NodeActions.Pool::new);
    makers.put("invite", AccessCommands.Invite::new);
    makers.put("invites", AccessCommands.Invites::new);
    makers.put("keys", AccessCommands.Keys::new);
    makers.put("revoke", AccessCommands.Revoke::new);
    makers.put("permit", AccessCommands.Permit::new);
    makers.put("limits", LimitsCommand::new);
    makers.put("renderers", RenderersCommand::new);
    makers.put("storage", CleanCommands.Storage::new);
    makers.put("clean", CleanCommands.Clean::new);
    makers.put("usage", UsageCommand::new);
    makers.put("audit", AuditCommand::new);
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    makers.forEach((name, maker) -> commands.put(name, () -> maker.apply(around)));
    return commands;
  }
}

package blenderer.server.routes;

import blenderer.api.Films;
import blenderer.api.Jobs;
import blenderer.api.TemplateForm;
import blenderer.cas.ContentStore;
import blenderer.cas.StoreResult;
import blenderer.cas.Uploader;
import blenderer.core.History;
import blenderer.core.Row;
import blenderer.journal.AccountStore.Identity;
import blenderer.model.Digest;
import blenderer.openjd.ChangedFrames;
import blenderer.openjd.JobTemplate;
import blenderer.openjd.ParameterDefinition;
import blenderer.openjd.ParameterType;
import blenderer.openjd.PathUse;
import blenderer.openjd.StepTemplate;
import blenderer.openjd.UserInterface;
import blenderer.server.http.Exchange;
import blenderer.server.trust.Action;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Making jobs of what is there: of a template that a form is filled in for, and of another job. */
final class TemplateRoutes {

  private final ContentStore store;
  private final History history;
  private final JobSubmission submission;
  private final Views views;
  private final JobCheck check = new JobCheck();

  TemplateRoutes(ContentStore store, History history, JobSubmission submission, Views views) {
    this.store = store;
    this.history = history;
    this.submission = submission;
    this.views = views;
  }

  List<Endpoint> endpoints() {
    return List.of(
        new Endpoint("POST", "/v1/templates/read", Action.RUN_JOBS, this::read),
        new Endpoint("POST", "/v1/jobs/{id}/clone", Action.RUN_JOBS, this::copy));
  }

  private void read(Exchange exchange, Identity caller) throws IOException {
    byte[] document = exchange.jsonBytes();
    JobTemplate template = check.read(document);
    if (store.put(document, Uploader.person(caller.name())) instanceof StoreResult.NoSpace full) {
      throw BlobRoutes.diskFull(exchange, full);
    }
    exchange.json(
        200,
        new TemplateForm(
            Digest.of(document).hex(),
            template.name().toString(),
            some(template.description()),
            template.parameters().stream().map(TemplateRoutes::parameter).toList(),
            template.steps().stream().map(StepTemplate::name).toList()));
  }

  private static @Nullable String some(String text) {
    return text.isEmpty() ? null : text;
  }

  private static TemplateForm.Parameter parameter(ParameterDefinition one) {
    PathUse path = one.path();
    boolean number = one.type() == ParameterType.INT || one.type() == ParameterType.FLOAT;
    UserInterface form = one.userInterface();
    List<String> patterns =
        form.fileFilters().stream().flatMap(filter -> filter.patterns().stream()).toList();
    return new TemplateForm.Parameter(
        one.name(),
        one.type().word(),
        some(one.description()),
        one.defaultValue(),
        one.constraints().allowed().isEmpty() ? null : one.constraints().allowed(),
        number ? one.constraints().least() : null,
        number ? one.constraints().most() : null,
        number ? null : one.constraints().least(),
        number ? null : one.constraints().most(),
        path == null ? null : path.objectType().name(),
        path == null ? null : path.dataFlow().name(),
        new TemplateForm.Control(
            form.control(),
            some(form.label()),
            some(form.groupLabel()),
            form.decimals(),
            form.singleStepDelta(),
            patterns.isEmpty() ? null : patterns));
  }

  /** The same once more, of the same files, with what is said to be otherwise. */
  private void copy(Exchange exchange, Identity caller) throws IOException {
    String key = JobSubmission.idempotencyKey(exchange);
    Films.Clone wanted = exchange.json(Films.Clone.class);
    Jobs.Job job = views.job(JobRoutes.find(history, exchange.param("id")));
    Row.Job row = JobRoutes.find(history, job.id()).job();
    Map<String, String> parameters = new LinkedHashMap<>(job.parameters());
    Row.Frames frames = row.terms().frames();
    if (frames != null) {
      // A person changed them after the submission.
      parameters.put(ChangedFrames.PARAMETER, frames.now());
    }
    if (wanted.parameters() != null) {
      parameters.putAll(wanted.parameters());
    }
    Integer priority = wanted.priority();
    submission.submit(
        exchange,
        caller,
        key,
        new Jobs.Submit(
            wanted.name() == null ? job.name() : wanted.name(),
            wanted.project() == null ? job.project() : wanted.project(),
            priority == null ? job.priority() : priority,
            job.template(),
            job.manifest(),
            parameters,
            job.requirements(),
            job.settings(),
            job.environments(),
            wanted.terms() == null ? lasting(job.terms()) : wanted.terms(),
            wanted.probe()));
  }

  /** What does not lie in the past. */
  private static Jobs.@Nullable Terms lasting(Jobs.@Nullable Terms terms) {
    return terms == null
        ? null
        : new Jobs.Terms(
            null,
            terms.slots(),
            null,
            null,
            null,
            terms.maxFailures(),
            terms.timeoutSeconds(),
            null,
            terms.pools(),
            terms.twins(),
            terms.preemptible(),
            terms.prefer());
  }
}

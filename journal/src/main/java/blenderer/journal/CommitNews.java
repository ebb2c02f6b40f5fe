package blenderer.journal;

import blenderer.core.Row;
import blenderer.model.Failure;
import blenderer.model.IndexRanges;
import blenderer.model.JobPart;
import blenderer.model.LookState;
import blenderer.model.RetryClass;
import blenderer.model.TaskState;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a commit changed, as bytes, for servers that follow. What there is much of (tasks, leases)
 * stands in it whole; of jobs, steps and nodes only which ones: their rows are read from their
 * tables. Attempts, outputs and looks are left out: what comes of them is a task's row.
 */
final class CommitNews {

  /** Another version's news cannot be read, and is as good as missing. */
  private static final int VERSION = 1;

  private static final byte TASK = 1;
  private static final byte LEASE = 2;
  private static final byte LEASE_ENDED = 3;
  private static final byte JUDGEMENT = 4;
  private static final byte JOB_DELETED = 5;
  private static final byte CLEANED = 6;
  private static final byte JOB = 7;
  private static final byte STEP = 8;
  private static final byte NODE = 9;

  /** Something that changed. */
  sealed interface News {
    /** Its row. */
    record Whole(Row row) implements News {}

    /** The row is in the table of jobs. */
    record Job(String id) implements News {}

    /** The row is in the table of steps. */
    record Step(String job, int step) implements News {}

    /** The row is in the table of nodes. */
    record Node(String id) implements News {}
  }

  private CommitNews() {}

  /** The news of a commit. */
  static byte[] of(List<Row> rows) {
    Out out = new Out();
    try {
      out.data.writeByte(VERSION);
      for (Row row : rows) {
        write(out, row);
      }
      for (String job : out.untold) {
        if (!out.told.contains(job)) {
          out.data.writeByte(JOB);
          out.text(job);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.bytes.toByteArray();
  }

  private static void write(Out out, Row row) throws IOException {
    switch (row) {
      case Row.Task task -> task(out, task);
      case Row.Lease lease -> lease(out, lease);
      case Row.LeaseEnded(String id) -> {
        out.data.writeByte(LEASE_ENDED);
        out.text(id);
      }
      case Row.Judgement judgement -> judgement(out, judgement);
      case Row.JobDeleted(String id) -> {
        out.data.writeByte(JOB_DELETED);
        out.job(id);
      }
      case Row.Cleaned(String job, JobPart part, long at) -> {
        out.data.writeByte(CLEANED);
        out.job(job);
        out.text(part.word());
        out.data.writeLong(at);
      }
      case Row.Job job -> {
        out.data.writeByte(JOB);
        out.job(job.id());
      }
      case Row.Step step -> {
        out.data.writeByte(STEP);
        out.job(step.job());
        out.data.writeInt(step.step());
      }
      case Row.Node node -> {
        out.data.writeByte(NODE);
        out.text(node.id());
      }
      case Row.Attempt attempt -> out.untold.add(attempt.job());
      case Row.Output output -> out.untold.add(output.job());
      case Row.Look look -> out.untold.add(look.job());
      case Row.Limit _ -> {}
    }
  }

  private static void task(Out out, Row.Task task) throws IOException {
    out.data.writeByte(TASK);
    out.job(task.job());
    out.data.writeInt(task.step());
    out.data.writeInt(task.index());
    out.data.writeInt(task.generation());
    out.text(task.state().word());
    out.data.writeInt(task.tries());
    out.data.writeInt(task.losses());
    out.text(task.lease());
    out.data.writeInt(task.triedOn().size());
    for (String node : task.triedOn()) {
      out.text(node);
    }
    Failure failure = task.failure();
    out.data.writeBoolean(failure != null);
    if (failure != null) {
      out.text(failure.code());
      out.text(failure.message());
      out.text(failure.retry().word());
    }
    out.time(task.startedAt());
    out.time(task.endedAt());
  }

  private static void lease(Out out, Row.Lease lease) throws IOException {
    out.data.writeByte(LEASE);
    out.text(lease.id());
    out.text(lease.node());
    // A lease alone tells nobody of its job.
    out.text(lease.job());
    out.data.writeInt(lease.step());
    out.text(lease.tasks().toString());
    out.data.writeLong(lease.grantedAt());
    out.data.writeBoolean(lease.started());
    out.data.writeBoolean(lease.twin());
  }

  private static void judgement(Out out, Row.Judgement one) throws IOException {
    out.data.writeByte(JUDGEMENT);
    out.job(one.job());
    out.data.writeInt(one.step());
    out.data.writeInt(one.index());
    out.data.writeInt(one.generation());
    out.text(one.state().word());
    out.text(Json.of(one.flags()));
    out.text(one.by());
    out.time(one.at());
  }

  /** What is in some bytes; empty if this program does not understand them. */
  static Optional<List<News>> read(byte[] bytes) {
    In in = new In(ByteBuffer.wrap(bytes));
    try {
      if (in.data.get() != VERSION) {
        return Optional.empty();
      }
      List<News> news = new ArrayList<>();
      while (in.data.hasRemaining()) {
        News one = read(in, in.data.get());
        if (one == null) {
          return Optional.empty();
        }
        news.add(one);
      }
      return Optional.of(news);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static @Nullable News read(In in, byte kind) {
    return switch (kind) {
      case TASK -> new News.Whole(task(in));
      case LEASE ->
          new News.Whole(
              new Row.Lease(
                  in.text(),
                  in.text(),
                  in.text(),
                  in.data.getInt(),
                  IndexRanges.parse(in.text()),
                  in.data.getLong(),
                  in.flag(),
                  in.flag()));
      case LEASE_ENDED -> new News.Whole(new Row.LeaseEnded(in.text()));
      case JUDGEMENT ->
          new News.Whole(
              new Row.Judgement(
                  in.text(),
                  in.data.getInt(),
                  in.data.getInt(),
                  in.data.getInt(),
                  LookState.ofWord(in.text()),
                  Json.flags(in.text()),
                  in.textOrNull(),
                  in.time()));
      case JOB_DELETED -> new News.Whole(new Row.JobDeleted(in.text()));
      case CLEANED ->
          new News.Whole(new Row.Cleaned(in.text(), JobPart.ofWord(in.text()), in.data.getLong()));
      case JOB -> new News.Job(in.text());
      case STEP -> new News.Step(in.text(), in.data.getInt());
      case NODE -> new News.Node(in.text());
      default -> null;
    };
  }

  private static Row.Task task(In in) {
    String job = in.text();
    int step = in.data.getInt();
    int index = in.data.getInt();
    int generation = in.data.getInt();
    TaskState state = TaskState.ofWord(in.text());
    int tries = in.data.getInt();
    int losses = in.data.getInt();
    String lease = in.textOrNull();
    int tried = in.data.getInt();
    List<String> triedOn = new ArrayList<>();
    for (int i = 0; i < tried; i++) {
      triedOn.add(in.text());
    }
    Failure failure =
        in.flag() ? new Failure(in.text(), in.text(), RetryClass.ofWord(in.text())) : null;
    return new Row.Task(
        job,
        step,
        index,
        generation,
        state,
        tries,
        losses,
        lease,
        List.copyOf(triedOn),
        failure,
        in.time(),
        in.time());
  }

  /** Writes each text once and numbers it. */
  private static final class Out {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    final DataOutputStream data = new DataOutputStream(bytes);
    final Set<String> told = new HashSet<>();
    final Set<String> untold = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    void job(String id) throws IOException {
      told.add(id);
      text(id);
    }

    /** Its number; a new one is followed by the text. Null is 0. */
    void text(@Nullable String text) throws IOException {
      if (text == null) {
        data.writeInt(0);
        return;
      }
      Integer known = numbers.putIfAbsent(text, numbers.size() + 1);
      data.writeInt(known == null ? numbers.size() : known);
      if (known == null) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        data.writeInt(utf8.length);
        data.write(utf8);
      }
    }

    void time(@Nullable Long at) throws IOException {
      data.writeLong(at == null ? Long.MIN_VALUE : at);
    }
  }

  private static final class In {
    final ByteBuffer data;
    private final List<String> texts = new ArrayList<>();

    In(ByteBuffer data) {
      this.data = data;
    }

    String text() {
      String text = textOrNull();
      if (text == null) {
        throw new IllegalArgumentException("a text is missing");
      }
      return text;
    }

    @Nullable String textOrNull() {
      int number = data.getInt();
      if (number == 0) {
        return null;
      }
      if (number > 0 && number <= texts.size()) {
        return texts.get(number - 1);
      }
      int length = data.getInt();
      if (number != texts.size() + 1 || length < 0 || length > data.remaining()) {
        throw new IllegalArgumentException("the texts are out of order");
      }
      String text =
          new String(
              data.array(), data.arrayOffset() + data.position(), length, StandardCharsets.UTF_8);
      data.position(data.position() + length);
      texts.add(text);
      return text;
    }

    boolean flag() {
      return data.get() != 0;
    }

    @Nullable Long time() {
      long at = data.getLong();
      return at == Long.MIN_VALUE ? null : at;
    }
  }
}

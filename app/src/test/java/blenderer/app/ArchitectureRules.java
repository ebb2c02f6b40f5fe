package blenderer.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The design's "never" arrows, for the modules under one root package. */
final class ArchitectureRules {
  /** Classes through which pure code would reach the world, or become different on the next run. */
  private static final DescribedPredicate<JavaClass> WORLD =
      resideInAnyPackage(
              "java.io..",
              "java.nio.file..",
              "java.nio.channels..",
              "java.net..",
              "javax.net..",
              "java.sql..",
              "javax.sql..",
              "java.util.concurrent..",
              "java.util.logging..",
              "org.slf4j..",
              "ch.qos.logback..")
          .or(
              DescribedPredicate.describe(
                  "threads, processes, loggers and secure randomness of java.lang and others",
                  type ->
                      Set.of(
                              "java.lang.Thread",
                              "java.lang.ThreadLocal",
                              "java.lang.Process",
                              "java.lang.ProcessBuilder",
                              "java.lang.Runtime",
                              "java.lang.System$Logger",
                              "java.security.SecureRandom",
                              "java.util.Timer")
                          .contains(type.getName())));

  /** Calls that answer something else each time, by a class that is otherwise welcome. */
  private static final DescribedPredicate<JavaCall<?>> UNREPEATABLE =
      DescribedPredicate.describe(
          "reads a clock, the machine's settings or unseeded randomness",
          call -> {
            String owner = call.getTargetOwner().getName();
            String name = call.getName();
            boolean noArguments = call.getTarget().getRawParameterTypes().isEmpty();
            return switch (owner) {
              case "java.lang.System" -> !Set.of("arraycopy", "identityHashCode").contains(name);
              case "java.lang.Math" -> name.equals("random");
              case "java.util.UUID" -> name.equals("randomUUID");
              case "java.util.Random", "java.util.SplittableRandom" ->
                  name.equals("<init>") && noArguments;
              default ->
                  owner.startsWith("java.time.")
                      && (name.equals("now") || name.startsWith("system"));
            };
          });

  private ArchitectureRules() {}

  /** Rules by a name for tests; {@code root} is the package whose children are the modules. */
  static Map<String, ArchRule> under(String root) {
    String[] pure = packages(root, "core", "openjd", "model", "preflight", "sim");
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put(
        "pure_modules_do_not_reach_the_world",
        noClasses()
            .that()
            .resideInAnyPackage(pure)
            .should()
            .dependOnClassesThat(WORLD)
            .because(
                "scheduling, template expansion and the shared words run unchanged in a simulator"
                    + " with virtual time; files, sockets, SQL, threads and loggers belong to the"
                    + " shell around them"));
    rules.put(
        "pure_modules_get_time_and_randomness_from_outside",
        noClasses()
            .that()
            .resideInAnyPackage(pure)
            .should()
            .callCodeUnitWhere(UNREPEATABLE)
            .because("a run with the same events and seed must take the same decisions"));
    rules.put(
        "a_look_at_a_scene_reads_one_stream_and_nothing_else",
        noClasses()
            .that()
            .resideInAnyPackage(packages(root, "blendfile"))
            .should()
            .dependOnClassesThat(
                WORLD.and(
                    DescribedPredicate.not(
                        DescribedPredicate.describe(
                            "streams of bytes",
                            type ->
                                type.getPackageName().equals("java.io")
                                    && (type.getSimpleName().endsWith("InputStream")
                                            && !type.getSimpleName().startsWith("File")
                                        || type.getSimpleName().endsWith("Exception"))))))
            .orShould()
            .callCodeUnitWhere(UNREPEATABLE)
            .because(
                "the file is a stranger's: the code that takes it apart gets its bytes and can"
                    + " reach no other file, no network and no clock"));
    rules.put(
        "the_farm_s_edges_do_not_know_the_server",
        noClasses()
            .that()
            .resideInAnyPackage(packages(root, "node", "submit", "cli"))
            .should()
            .dependOnClassesThat(resideInAnyPackage(packages(root, "server", "core", "journal")))
            .because(
                "nodes and people's programs are of another version than the server during an"
                    + " upgrade; what they share is the API"));
    rules.put(
        "sql_stays_in_the_journal",
        noClasses()
            .that()
            .resideInAPackage(root + "..")
            .and()
            .resideOutsideOfPackage(root + ".journal..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    "java.sql..",
                    "javax.sql..",
                    "org.jdbi..",
                    "org.sqlite..",
                    "org.postgresql..",
                    "org.flywaydb.."))
            .because("a second database must mean a change in one module"));
    rules.put(
        "the_core_does_not_know_the_wire",
        noClasses()
            .that()
            .resideInAnyPackage(pure)
            .should()
            .dependOnClassesThat(resideInAnyPackage(packages(root, "api")))
            .because("the wire has versions and the scheduler has none"));
    rules.put(
        "nobody_knows_the_wiring",
        noClasses()
            .that()
            .resideOutsideOfPackage(root + ".app..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(packages(root, "app")))
            .because("app only puts the others together; whoever needs it is in the wrong place"));
    rules.put(
        "packages_have_no_cycles",
        slices()
            .matching(root + ".(**)")
            .should()
            .beFreeOfCycles()
            .because("packages in a circle can only be understood and changed all at once"));
    return rules;
  }

  private static String[] packages(String root, String... modules) {
    String[] names = new String[modules.length];
    for (int i = 0; i < modules.length; i++) {
      names[i] = root + "." + modules[i] + "..";
    }
    return names;
  }
}

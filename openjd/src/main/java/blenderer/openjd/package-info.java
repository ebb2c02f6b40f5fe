/**
 * Open Job Description 2023-09: reads templates, checks them, makes jobs of them, and answers what
 * a session must run.
 *
 * <p>The way of a job: {@link blenderer.openjd.Templates} reads bytes and refuses with every error
 * at once; {@link blenderer.openjd.JobCreation} joins template and parameter values into a {@link
 * blenderer.openjd.Job} whose steps each have a {@link blenderer.openjd.TaskSpace}; a session then
 * resolves actions and files with {@link blenderer.openjd.Symbols} and reads what actions print
 * with {@link blenderer.openjd.OutputDirectives}.
 *
 * <p>Pure: no files, sockets, threads, clocks, loggers or randomness, and no state beyond immutable
 * values, so everything here may be used from any thread. May depend on {@code blenderer.model} and
 * on snakeyaml-engine.
 *
 * <p>"The specification" is the Open Job Description template schema, revision 2023-09
 * (https://github.com/OpenJobDescription/openjd-specifications/wiki); comments name its limits
 * where they are used. Which limits hold depends on the revision and the extensions a template
 * declares and stands in one place, {@code Limits}.
 */
@NullMarked
package blenderer.openjd;

import org.jspecify.annotations.NullMarked;

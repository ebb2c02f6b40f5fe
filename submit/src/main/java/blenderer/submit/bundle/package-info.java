/**
 * Job bundles: a template of a person's own with its values and files. Reads them, checks the
 * template before anything is sent, and says which files go along and where they lie in the job.
 *
 * <p>Holds no state. Reads files; sends nothing itself, that is {@link
 * blenderer.submit.Submission}'s.
 */
@NullMarked
package blenderer.submit.bundle;

import org.jspecify.annotations.NullMarked;

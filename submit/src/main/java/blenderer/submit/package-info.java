/**
 * The submitter's side of a farm: where a scene's files go in a workspace, what they hash to, which
 * of them the server lacks, the one call that makes the job; and afterwards watching the job and
 * fetching its files.
 *
 * <p>Prints nothing; callers listen. Owns one file in the user's cache folder (the digest cache)
 * and one in each download folder. Uses threads of its own only inside a call. May depend on {@code
 * model}, {@code cas}, {@code api}, {@code openjd} and {@code renderers}, never on the server.
 */
@NullMarked
package blenderer.submit;

import org.jspecify.annotations.NullMarked;

/**
 * Takes away what rules say is not kept any longer.
 *
 * <p>{@code core.Retention} works out what goes, the scheduler lets it go (a job that is not
 * finished loses nothing), the journal sweeps, and what nothing needs any more leaves the content
 * store. Holds no state; called by requests and by the housekeeping thread.
 */
@NullMarked
package blenderer.server.cleaning;

import org.jspecify.annotations.NullMarked;

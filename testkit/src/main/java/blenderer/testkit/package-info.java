/**
 * What tests and benchmarks of several modules share: Blenders to test with, a PostgreSQL of one's
 * own. Owns no state but the answers of the Blenders it asked once, which any thread may read.
 */
@NullMarked
package blenderer.testkit;

import org.jspecify.annotations.NullMarked;

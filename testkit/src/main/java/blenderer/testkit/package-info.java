/**
 * What tests of several modules share; no part of the finished program. Owns no state but the
 * answers of the Blenders it asked once, which any thread may read.
 */
@NullMarked
package blenderer.testkit;

import org.jspecify.annotations.NullMarked;

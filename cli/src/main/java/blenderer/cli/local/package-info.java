/**
 * Whole farms on this computer, for the demo and for benchmarks: processes of this very program in
 * a temporary folder. Owns those processes and the folder; a shutdown hook ends both.
 */
@NullMarked
package blenderer.cli.local;

import org.jspecify.annotations.NullMarked;

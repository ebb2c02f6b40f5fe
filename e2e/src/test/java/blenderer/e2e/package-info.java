/**
 * Whole farms under test: the finished folder's programs as real processes, real Blender, real TLS
 * on loopback. Nothing here knows how the programs are made; what it uses is what a person uses.
 */
@NullMarked
package blenderer.e2e;

import org.jspecify.annotations.NullMarked;

/**
 * Which build of a renderer a program is. Owns no state; a {@link
 * blenderer.renderers.builds.BuildCache} belongs to one file and may be used by several threads and
 * programs.
 */
@NullMarked
package blenderer.renderers.builds;

import org.jspecify.annotations.NullMarked;

/**
 * A fast look at a .blend without Blender: bytes in, facts out. Reads the files of Blender 2.4 to
 * 5.x, plain, packed with gzip or with zstd.
 *
 * <p>A .blend is a row of blocks, each a head and the memory image of some C structs. The block
 * {@code DNA1} near the end describes these structs by name, so that fields are found by name in
 * files of any age. Layout: <a
 * href="https://projects.blender.org/blender/blender/src/branch/main/source/blender/blenloader">
 * Blender's blenloader</a>.
 *
 * <p>Files are hostile: nothing here believes a length, follows a pointer more than once or keeps
 * more than its {@link blenderer.blendfile.Limits}. No state, no threads, no clock; the only edge
 * to the world is the stream that the caller opened.
 */
@NullMarked
package blenderer.blendfile;

import org.jspecify.annotations.NullMarked;

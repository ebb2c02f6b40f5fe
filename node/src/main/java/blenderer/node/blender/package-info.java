/**
 * Finds the Blenders of a computer. The only place of the node that knows how Blender is started.
 *
 * <p>Holds no state. May depend on {@code node.os}, {@code node.render} and {@code model}.
 */
@NullMarked
package blenderer.node.blender;

import org.jspecify.annotations.NullMarked;

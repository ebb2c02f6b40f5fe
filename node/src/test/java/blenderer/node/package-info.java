/** The node's options. */
@NullMarked
package blenderer.node;

import org.jspecify.annotations.NullMarked;

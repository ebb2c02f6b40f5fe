/** The contract of process control, with real processes. */
@NullMarked
package blenderer.node.os;

import org.jspecify.annotations.NullMarked;

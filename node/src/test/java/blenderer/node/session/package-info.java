/** Sessions, with real processes. */
@NullMarked
package blenderer.node.session;

import org.jspecify.annotations.NullMarked;

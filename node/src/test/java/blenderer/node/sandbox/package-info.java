/** The wall and the limits, with real processes; they need bubblewrap (Debian: bubblewrap). */
@NullMarked
package blenderer.node.sandbox;

import org.jspecify.annotations.NullMarked;

/** The agent against a farm in memory, with real processes. */
@NullMarked
package blenderer.node.agent;

import org.jspecify.annotations.NullMarked;

/**
 * How a node finds out whether it still renders right.
 *
 * <p>A node that the farm has set aside renders what its renderers bring for that purpose, in the
 * sandbox that jobs run in, and compares the pictures with known ones. Keeps no state but the last
 * result; runs on a thread of its own. May depend on the node's sandbox and renderers only.
 */
@NullMarked
package blenderer.node.selftest;

import org.jspecify.annotations.NullMarked;

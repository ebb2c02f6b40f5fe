/** Tests of the node's self-test. */
@NullMarked
package blenderer.node.selftest;

import org.jspecify.annotations.NullMarked;

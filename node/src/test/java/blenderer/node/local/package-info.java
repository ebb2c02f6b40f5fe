@NullMarked
package blenderer.node.local;

import org.jspecify.annotations.NullMarked;

/** What the cache keeps, and what it lets go. */
@NullMarked
package blenderer.node.cache;

import org.jspecify.annotations.NullMarked;

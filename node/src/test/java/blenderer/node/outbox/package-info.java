/** What the outbox promises, crash by crash. */
@NullMarked
package blenderer.node.outbox;

import org.jspecify.annotations.NullMarked;

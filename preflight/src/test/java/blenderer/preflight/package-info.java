@NullMarked
package blenderer.preflight;

import org.jspecify.annotations.NullMarked;

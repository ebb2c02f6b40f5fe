@NullMarked
package blenderer.blendfile;

import org.jspecify.annotations.NullMarked;

/** Tests of the scheduler's judgement that need real pictures, read as a node reads them. */
@NullMarked
package blenderer.core;

import org.jspecify.annotations.NullMarked;

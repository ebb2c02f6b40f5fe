/**
 * {@code blenderer openjd} without a farm: templates are read and judged where they lie.
 *
 * <p>Owns no state and asks no server. Reads files that anybody may have written, so it reads no
 * more of them than a template may have, and prints nothing of them unescaped.
 */
@NullMarked
package blenderer.cli.openjd;

import org.jspecify.annotations.NullMarked;

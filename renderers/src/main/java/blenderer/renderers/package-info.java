/**
 * The renderers that ship with the program, and the checks that decide whether a frame counts.
 *
 * <p>A renderer is a folder of data (template, scripts, checks.yaml) inside this module's jar; this
 * package reads it, lays it out on disk, and judges written images and log lines by its rules. It
 * owns no state and starts no thread. It may depend on {@code model} only.
 */
@NullMarked
package blenderer.renderers;

import org.jspecify.annotations.NullMarked;

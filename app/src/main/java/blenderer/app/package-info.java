/**
 * The main method and the wiring: which subcommand is made of what.
 *
 * <p>May know every other module; nothing may know it. Owns no state. Everything here is small:
 * what a subcommand does lives in the module it comes from.
 */
@NullMarked
package blenderer.app;

import org.jspecify.annotations.NullMarked;

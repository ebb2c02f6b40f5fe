/**
 * Range expressions ({@code 1-10:3,20}): sets of whole numbers that are never written out.
 *
 * <p>Pure and immutable. A package of its own because both templates and the expression language
 * need it. Depends on nothing.
 */
@NullMarked
package blenderer.openjd.range;

import org.jspecify.annotations.NullMarked;

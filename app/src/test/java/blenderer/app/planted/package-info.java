/**
 * Classes that break the architecture on purpose, one a rule, so that the rules are seen to fail.
 * Each sub-package plays the module of its name.
 */
@NullMarked
package blenderer.app.planted;

import org.jspecify.annotations.NullMarked;

/**
 * The commands that people type: reads arguments, asks the farm, prints tables, progress or JSON.
 *
 * <p>Owns the saved login in the user's configuration folder. Each command runs on its caller's
 * thread and gets the world it lives in from outside, so that it runs inside a test as it does in a
 * process. Knows the farm only through {@code api} and {@code submit}, never the server.
 */
@NullMarked
package blenderer.cli;

import org.jspecify.annotations.NullMarked;

/**
 * Brings a whole farm from one place to another: backups, restores, and moves between databases and
 * between stores of files.
 *
 * <p>{@code FarmPlace} says where a farm is kept. {@code Backup} reads beside a running server and
 * owns the folder of backups; {@code Restore} and {@code Migration} write to places that no server
 * uses. Everywhere the order is that of the content store: bytes first, then the rows that name
 * them, in one step, so that whatever is cut short is no farm yet and goes on when it is run again.
 *
 * <p>Run by commands; starts threads only to copy blobs.
 */
@NullMarked
package blenderer.server.backup;

import org.jspecify.annotations.NullMarked;

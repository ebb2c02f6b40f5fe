/**
 * Several servers of one farm: which one leads, how the others follow, and how calls that need the
 * one that leads get there. What they share lies in the database; a thread of each server speaks of
 * itself there every few seconds.
 */
@NullMarked
package blenderer.server.replicas;

import org.jspecify.annotations.NullMarked;

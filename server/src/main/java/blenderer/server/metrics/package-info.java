/**
 * What the server tells monitoring: Micrometer's meters, as Prometheus reads them. Counts are made
 * where things happen (commits, requests); the rest is looked up when somebody scrapes. Owns its
 * registry; safe for many threads. Knows the live farm and the scheduler's shell, and no route.
 */
@NullMarked
package blenderer.server.metrics;

import org.jspecify.annotations.NullMarked;

package blenderer.core;

/**
 * The time of an event.
 *
 * @param instant monotonic milliseconds of one run of the server; terms are counted in it
 * @param wall epoch milliseconds; what people read, never compared with terms
 */
public record Now(long instant, long wall) {}

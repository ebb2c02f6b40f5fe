/**
 * Who may do what, and how peers know the server: certificates, keys, invites, roles.
 *
 * <p>Owns the folder {@code DATA/tls} and the file {@code DATA/admin.connection}; accounts lie
 * behind the port {@link blenderer.server.trust.Accounts}. The only table of roles is {@link
 * blenderer.server.trust.Action}. Everything may be called from many threads; starts none. Depends
 * on the {@code http} package for what an exchange and a TLS identity are, and on Bouncy Castle for
 * making certificates.
 */
@NullMarked
package blenderer.server.trust;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes a content coding (RFC 9110 §8.4.1) of answers, for peers that like it at least as well as
 * gzip.
 *
 * <p>A plug-in registers one as a service with {@link Encodes}; {@code br} is the coding that is
 * looked for. It is got when a peer asks for that coding first, and until it has come gzip is sent.
 *
 * <p><b>Threads:</b> called on many event loops at once; takes no longer than the encoding does.
 */
@ConsumerType
public interface ContentEncoder {

    /**
     * Encodes content.
     *
     * @param content is neither changed nor kept
     * @return empty as long as it cannot be done, such as while something is being loaded; then
     *     what the peer likes next is sent
     */
    Optional<byte[]> encode(byte[] content);
}

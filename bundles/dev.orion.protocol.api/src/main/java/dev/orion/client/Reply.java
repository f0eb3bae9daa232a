// SPDX-License-Identifier: Apache-2.0
package dev.orion.client;

import dev.orion.realtime.Refusal;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes the one answer to one request of a client: a value or a refusal.
 *
 * <p><b>Threads:</b> called once, on the client's event loop, sometimes before the request returns.
 */
@ConsumerType
public interface Reply<T> {

    void done(T value);

    void refused(Refusal refusal);
}

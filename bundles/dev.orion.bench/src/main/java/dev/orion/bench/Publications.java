// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBuf;

/**
 * Publications of one channel, encoded beforehand.
 *
 * <p><b>Threads:</b> the publisher's event loop.
 */
interface Publications extends AutoCloseable {

    /** The next ones. <b>Buffer:</b> returns retained. */
    ByteBuf next(int messages);

    @Override
    void close();
}

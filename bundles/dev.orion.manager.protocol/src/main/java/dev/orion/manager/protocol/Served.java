// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.protocol;

import dev.orion.protocol.Connection;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;

/** One connection in a plug-in's hands, until it is closed: the only object kept for each. */
final class Served implements ChannelFutureListener {

    private final Binding binding;
    private final Connection connection;

    Served(Binding binding, Connection connection) {
        this.binding = binding;
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /**
     * Whether something else is spoken on it by now, as after an upgrade: then another plug-in has
     * it in its hands.
     */
    boolean isHandedOver() {
        String spoken = connection.protocol();
        return !spoken.isEmpty() && !spoken.equals(binding.name());
    }

    /** Whether it is not closed when the plug-in goes, but given to another one. */
    boolean stays() {
        return connection.isDatagram();
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
        binding.forget(this);
    }
}

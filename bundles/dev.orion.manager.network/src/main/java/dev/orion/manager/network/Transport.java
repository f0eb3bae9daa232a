// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Arrays;
import java.util.Locale;

/** A way to use sockets; the order is the one in which they are preferred. */
enum Transport {
    EPOLL,
    IO_URING,
    NIO;

    static final String AUTO = "auto";

    /**
     * The transport of that name, or the best one for {@code auto}.
     *
     * @throws IllegalArgumentException when it is unknown or cannot be used here; the message is
     *     one line that says why
     */
    static Transport choose(String wanted) {
        if (wanted.equals(AUTO)) {
            return Arrays.stream(values()).filter(Transport::isAvailable).findFirst().orElse(NIO);
        }
        Transport chosen =
                Arrays.stream(values())
                        .filter(transport -> transport.label().equals(wanted))
                        .findFirst()
                        .orElseThrow(() -> unknown(wanted));
        if (!chosen.isAvailable()) {
            throw new IllegalArgumentException(
                    "transport: " + wanted + " cannot be used here: " + chosen.obstacle());
        }
        return chosen;
    }

    /** Its name in configurations and for people. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isAvailable() {
        return switch (this) {
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
            case NIO -> true;
        };
    }

    IoHandlerFactory ioHandlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    ServerChannel newServerChannel() {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel();
            case IO_URING -> new IoUringServerSocketChannel();
            case NIO -> new NioServerSocketChannel();
        };
    }

    Channel newChannel() {
        return switch (this) {
            case EPOLL -> new EpollSocketChannel();
            case IO_URING -> new IoUringSocketChannel();
            case NIO -> new NioSocketChannel();
        };
    }

    DatagramChannel newDatagramChannel() {
        return switch (this) {
            case EPOLL -> new EpollDatagramChannel();
            case IO_URING -> new IoUringDatagramChannel();
            case NIO -> new NioDatagramChannel();
        };
    }

    /**
     * Whether the system can give datagrams of one peer that have one size as one, to be cut here
     * (UDP_GRO, Linux 5.0).
     */
    boolean coalesces() {
        return this == EPOLL && Coalescing.IS_AVAILABLE;
    }

    /** Whether the system can make several datagrams of what is sent as one (UDP_SEGMENT). */
    boolean segments() {
        return this == EPOLL && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
    }

    private static IllegalArgumentException unknown(String wanted) {
        return new IllegalArgumentException(
                "transport: " + wanted + " (expected: auto, epoll, io_uring or nio)");
    }

    private String obstacle() {
        Throwable cause =
                switch (this) {
                    case EPOLL -> Epoll.unavailabilityCause();
                    case IO_URING -> IoUring.unavailabilityCause();
                    case NIO -> null;
                };
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = cause == null ? "" : String.valueOf(cause.getMessage());
        return text.lines().findFirst().orElse("no reason given");
    }

    /** Found out with a socket of its own when somebody asks. */
    private static final class Coalescing {

        static final boolean IS_AVAILABLE = Epoll.isAvailable() && isAvailable();

        private static boolean isAvailable() {
            var socket = new EpollDatagramChannel();
            try {
                socket.config().setUdpGro(true);
                return true;
            } catch (ChannelException older) {
                return false;
            } finally {
                socket.unsafe().closeForcibly();
            }
        }
    }
}

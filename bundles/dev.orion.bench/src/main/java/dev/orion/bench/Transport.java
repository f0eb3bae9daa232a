// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Locale;

/** How Netty talks to the kernel; the order is the one in which a server prefers them. */
enum Transport {
    EPOLL {
        @Override
        boolean isAvailable() {
            return Epoll.isAvailable();
        }

        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return EpollServerSocketChannel.class;
        }

        @Override
        Class<? extends SocketChannel> channel() {
            return EpollSocketChannel.class;
        }

        @Override
        Class<? extends DatagramChannel> datagramChannel() {
            return EpollDatagramChannel.class;
        }
    },
    IO_URING {
        @Override
        boolean isAvailable() {
            return IoUring.isAvailable();
        }

        @Override
        IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return IoUringServerSocketChannel.class;
        }

        @Override
        Class<? extends SocketChannel> channel() {
            return IoUringSocketChannel.class;
        }

        @Override
        Class<? extends DatagramChannel> datagramChannel() {
            return IoUringDatagramChannel.class;
        }
    },
    NIO {
        @Override
        boolean isAvailable() {
            return true;
        }

        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return NioServerSocketChannel.class;
        }

        @Override
        Class<? extends SocketChannel> channel() {
            return NioSocketChannel.class;
        }

        @Override
        Class<? extends DatagramChannel> datagramChannel() {
            return NioDatagramChannel.class;
        }
    };

    abstract boolean isAvailable();

    abstract IoHandlerFactory handlers();

    abstract Class<? extends ServerChannel> serverChannel();

    abstract Class<? extends SocketChannel> channel();

    abstract Class<? extends DatagramChannel> datagramChannel();

    /** As it is written in options: {@code io_uring}, {@code epoll}, {@code nio}. */
    static Transport named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** What a server takes that is free to choose. */
    static Transport best() {
        return EPOLL.isAvailable() ? EPOLL : IO_URING.isAvailable() ? IO_URING : NIO;
    }

    /** What drives the loader: the same on every machine that has it, whatever the server uses. */
    static Transport forLoader() {
        return EPOLL.isAvailable() ? EPOLL : NIO;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

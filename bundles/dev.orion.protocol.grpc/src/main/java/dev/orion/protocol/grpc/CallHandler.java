// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import dev.orion.protocol.Connection;
import dev.orion.protocol.GoAway;
import dev.orion.protocol.Reading;
import dev.orion.route.Route;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a connection: finds who takes the call, and hands it what comes.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class CallHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.protocol.grpc");
    private static final AsciiString POST = AsciiString.cached("POST");

    private final GrpcConnection connection;
    private final Connection stream;
    private StreamCall call; // null until the head is there, and where there is no call
    private boolean refused;

    CallHandler(GrpcConnection connection, Connection stream) {
        this.connection = connection;
        this.stream = stream;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        if (frame instanceof Http2DataFrame data && call != null) {
            call.data(data);
        } else if (frame instanceof Http2HeadersFrame head) {
            if (call != null) {
                call.endOfRequest();
            } else if (!refused) {
                begin(head);
            }
        } else {
            ReferenceCountUtil.release(frame);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (call != null) {
            if (event instanceof Http2ResetFrame reset) {
                call.reset(reset.errorCode());
            } else if (event == Reading.RESUMED) {
                call.resumed();
            } else if (event instanceof GoAway) {
                call.goAway();
            }
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (call != null) {
            call.writabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (call != null) {
            call.gone();
        }
    }

    /** Netty has seen a fault of the peer's and resets the stream; or it is one of ours. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.atDebug()
                .addKeyValue("connection_id", stream.id())
                .addKeyValue("reason", String.valueOf(cause.getMessage()))
                .log("gRPC stream failed");
        if (call != null) {
            call.gone();
        }
        // What the peer has done wrong has a name (RFC 9113 §7).
        Http2Error error =
                cause instanceof Http2Exception fault ? fault.error() : Http2Error.INTERNAL_ERROR;
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(error));
    }

    private void begin(Http2HeadersFrame frame) {
        Http2Headers head = frame.headers();
        if (!AsciiString.contentEquals(POST, head.method())) {
            refuse("405", frame);
        } else if (!GrpcFields.isGrpc(head.get(GrpcFields.CONTENT_TYPE))) {
            refuse("415", frame);
        } else if (!AsciiString.contentEqualsIgnoreCase(
                GrpcFields.TRAILERS, orEmpty(head.get(GrpcFields.TE)))) {
            refuse("400", frame); // nothing could be said behind an answer
        } else {
            accept(frame);
        }
    }

    private void accept(Http2HeadersFrame frame) {
        Http2Headers head = frame.headers();
        long timeoutMs;
        try {
            timeoutMs = GrpcFields.timeoutMs(head.get(GrpcFields.TIMEOUT));
        } catch (IllegalArgumentException malformed) {
            end(new Status(Code.INTERNAL, "malformed grpc-timeout"), frame);
            return;
        }
        String path = String.valueOf(head.path());
        Optional<Method> method = connection.protocol().method(path);
        if (method.isPresent()) {
            serve(method.get(), frame, timeoutMs);
            return;
        }
        Optional<Route> route = connection.protocol().route(path);
        if (route.isPresent()) {
            var passing =
                    new Passing(connection.protocol(), connection.loop(), stream, route.get());
            call = passing;
            passing.begin(frame, timeoutMs);
        } else {
            end(new Status(Code.UNIMPLEMENTED, "unknown method " + path), frame);
        }
    }

    private void serve(Method method, Http2HeadersFrame frame, long timeoutMs) {
        Http2Headers head = frame.headers();
        if (!GrpcFields.isProto(head.get(GrpcFields.CONTENT_TYPE))) {
            refuse("415", frame);
            return;
        }
        var serving = new ServerCall(connection, stream, head);
        call = serving;
        serving.begin(method, timeoutMs);
        if (frame.isEndStream()) {
            serving.endOfRequest();
        }
    }

    /** What does not look like gRPC is answered as HTTP. */
    private void refuse(String status, Http2HeadersFrame frame) {
        answer(new DefaultHttp2Headers(false, 1).status(status), frame);
    }

    private void end(Status status, Http2HeadersFrame frame) {
        answer(GrpcFields.end(status, true), frame);
    }

    private void answer(Http2Headers head, Http2HeadersFrame frame) {
        refused = true;
        write(stream.channel(), head, frame.isEndStream());
        stream.channel().flush();
    }

    /** Writes the last fields; a request that is not complete is taken to be of no use (§8.1). */
    static void write(Channel stream, Http2Headers last, boolean isRequestComplete) {
        writeLast(stream, new DefaultHttp2HeadersFrame(last, true), isRequestComplete);
    }

    /** As {@link #write}, with the last frame of whatever kind. <b>Buffer:</b> takes ownership. */
    static void writeLast(Channel stream, Http2StreamFrame frame, boolean isRequestComplete) {
        if (isRequestComplete) {
            stream.write(frame, stream.voidPromise());
            return;
        }
        stream.write(frame)
                .addListener(
                        written -> {
                            if (written.isSuccess()) {
                                stream.writeAndFlush(
                                        new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
                            } else {
                                stream.close();
                            }
                        });
    }

    private static CharSequence orEmpty(CharSequence value) {
        return value == null ? "" : value;
    }
}

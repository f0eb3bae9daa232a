// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.Http2Options;
import dev.orion.http.HttpService;
import dev.orion.net.Endpoint;
import dev.orion.protocol.Connection;
import dev.orion.protocol.Protocol;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2SettingsFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client of an HTTP/2 server in memory: Netty's own, which says what it got in short words. */
final class Http2Peer implements AutoCloseable {

    final EmbeddedChannel channel = HttpPeer.accepted();
    final TestConnection connection =
            new TestConnection(channel, "http", Endpoint.parse("http://127.0.0.1:8080"));
    final EmbeddedChannel client = new EmbeddedChannel();
    final Http2FrameCodec codec;

    private final List<String> heard = new ArrayList<>();
    Http2Settings settings;

    private Http2Peer(Http2FrameCodec codec, Protocol protocol) {
        this.codec = codec;
        channel.freezeTime();
        protocol.serve(connection);
        client.pipeline().addLast(codec, new Ears());
        exchangeBytes();
    }

    /** A client, which knows that HTTP/2 is spoken, of a server with these services. */
    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    static Http2Peer of(Map.Entry<Map<String, Object>, HttpService>... services) {
        return of(HttpPeer.SETTINGS, services);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // List.of only reads them
    static Http2Peer of(
            HttpProtocol.Settings settings,
            Map.Entry<Map<String, Object>, HttpService>... services) {
        return new Http2Peer(clientCodec(), new HttpProtocol(settings, List.of(services)));
    }

    /** A client of somebody who deals in frames. */
    static Http2Peer ofStreams(Http2Options options, Consumer<Connection> onStream) {
        return new Http2Peer(
                clientCodec(),
                connection -> new Http2ForOthers().serveStreams(connection, options, onStream));
    }

    private static Http2FrameCodec clientCodec() {
        return Http2FrameCodecBuilder.forClient()
                .initialSettings(Http2Settings.defaultSettings())
                .validateHeaders(false)
                .encoderIgnoreMaxHeaderListSize(true)
                .decoupleCloseAndGoAway(true)
                .build();
    }

    /** The fields of a request. */
    static Http2Headers head(String method, String path, String... fields) {
        Http2Headers head = new DefaultHttp2Headers(false);
        head.method(method).scheme("http").authority("a").path(path);
        for (int i = 0; i < fields.length; i += 2) {
            head.add(fields[i], fields[i + 1]);
        }
        return head;
    }

    /** Sends a request without a body. */
    Http2FrameStream get(String path, String... fields) {
        return open(head("GET", path, fields), true);
    }

    Http2FrameStream open(Http2Headers head, boolean isLast) {
        Http2FrameStream stream = newStream();
        client.writeOutbound(new DefaultHttp2HeadersFrame(head, isLast).stream(stream));
        exchangeBytes();
        return stream;
    }

    /** Sends a head and a body so that the server reads all of it at once. */
    Http2FrameStream openWith(Http2Headers head, String... pieces) {
        Http2FrameStream stream = newStream();
        client.write(new DefaultHttp2HeadersFrame(head, false).stream(stream));
        for (int i = 0; i < pieces.length; i++) {
            ByteBuf bytes = Unpooled.copiedBuffer(pieces[i], StandardCharsets.UTF_8);
            client.write(new DefaultHttp2DataFrame(bytes, i == pieces.length - 1).stream(stream));
        }
        client.flush();
        exchangeBytes();
        return stream;
    }

    void data(Http2FrameStream stream, String text, boolean isLast) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        client.writeOutbound(new DefaultHttp2DataFrame(bytes, isLast).stream(stream));
        exchangeBytes();
    }

    void trailers(Http2FrameStream stream, String name, String value) {
        Http2Headers trailers = new DefaultHttp2Headers(false).add(name, value);
        client.writeOutbound(new DefaultHttp2HeadersFrame(trailers, true).stream(stream));
        exchangeBytes();
    }

    void reset(Http2FrameStream stream) {
        client.writeOutbound(new DefaultHttp2ResetFrame(Http2Error.CANCEL).stream(stream));
        exchangeBytes();
    }

    void write(Http2Frame frame) {
        client.writeOutbound(frame);
        exchangeBytes();
    }

    /** Sends bytes as they are, behind the preface. */
    void raw(ByteBuf bytes) {
        if (channel.isOpen()) {
            channel.writeInbound(bytes);
        } else {
            bytes.release();
        }
        exchangeBytes();
    }

    /** Lets the server send so much on every stream, together with what it has sent. */
    void window(int bytes) {
        write(new DefaultHttp2SettingsFrame(new Http2Settings().initialWindowSize(bytes)));
    }

    /** What has come since the last call: {@code 3:200}, {@code 3:"text"}, {@code 3.}. */
    List<String> heard() {
        exchangeBytes();
        List<String> now = List.copyOf(heard);
        heard.clear();
        return now;
    }

    void pass(Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        exchangeBytes();
    }

    /** Hands over what each side has written until neither has anything to say. */
    void exchangeBytes() {
        boolean more;
        do {
            channel.runPendingTasks();
            client.runPendingTasks();
            more = move(client, channel);
            more |= move(channel, client);
        } while (more);
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        boolean any = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            any = true;
            if (to.isOpen()) {
                to.writeOneInbound(bytes);
            } else {
                bytes.release();
            }
        }
        if (any && to.isOpen()) {
            to.flushInbound();
        }
        return any;
    }

    private Http2FrameStream newStream() {
        return client.pipeline().get(Ears.class).next();
    }

    @Override
    public void close() {
        client.finishAndReleaseAll();
        channel.finishAndReleaseAll();
    }

    /** Writes down what comes. */
    private final class Ears extends Http2ChannelDuplexHandler {

        Http2FrameStream next() {
            return newStream();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            try {
                if (frame instanceof Http2HeadersFrame headers) {
                    hear(headers);
                } else if (frame instanceof Http2DataFrame data) {
                    hear(data);
                } else if (frame instanceof Http2ResetFrame reset) {
                    heard.add(reset.stream().id() + "!" + Http2Error.valueOf(reset.errorCode()));
                } else if (frame instanceof Http2GoAwayFrame away) {
                    heard.add(
                            "away "
                                    + Http2Error.valueOf(away.errorCode())
                                    + " "
                                    + away.lastStreamId());
                } else if (frame instanceof Http2SettingsFrame theirs) {
                    settings = theirs.settings();
                }
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }

        private void hear(Http2HeadersFrame frame) {
            var text = new StringBuilder().append(frame.stream().id()).append(':');
            for (Map.Entry<CharSequence, CharSequence> field : frame.headers()) {
                if (field.getKey().toString().equals(":status")) {
                    text.append(field.getValue());
                } else if (!field.getKey().toString().equals("date")) {
                    text.append(' ').append(field.getKey()).append('=').append(field.getValue());
                }
            }
            heard.add(text + (frame.isEndStream() ? "." : ""));
        }

        private void hear(Http2DataFrame frame) {
            heard.add(
                    frame.stream().id()
                            + ":\""
                            + frame.content().toString(StandardCharsets.UTF_8)
                            + "\""
                            + (frame.isEndStream() ? "." : ""));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.AsciiString;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/**
 * The limit for HTTP: Netty's codecs and an echo of what comes, with fields like Orion's, and
 * nothing that could go wrong.
 */
final class BareHttpServer {

    private static volatile AsciiString date = now();

    private BareHttpServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the transport, the number of event loops, 0 for one per processor, and the
     *     endpoint: {@code HTTP1} or {@code HTTP2}
     */
    public static void main(String[] args) {
        var start = BareStart.of(args[0], args[1]);
        var endpoint = Wire.Endpoint.valueOf(args[2]);
        start.group().next().scheduleAtFixedRate(() -> date = now(), 1, 1, TimeUnit.SECONDS);
        BareStart.ready(start.listen(channel -> install(channel.pipeline(), endpoint)));
    }

    /** The date of this second. */
    static AsciiString date() {
        return date;
    }

    private static void install(ChannelPipeline pipeline, Wire.Endpoint endpoint) {
        if (endpoint == Wire.Endpoint.HTTP1) {
            pipeline.addLast("http", new HttpServerCodec());
            pipeline.addLast("echo", new BareHttp1Echo());
        } else {
            pipeline.addLast("http2", BareHttp2Codec.create());
            pipeline.addLast("echo", new BareHttp2Echo());
        }
    }

    private static AsciiString now() {
        return AsciiString.cached(
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    }
}

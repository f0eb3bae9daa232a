// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.net.Endpoint;
import dev.orion.protocol.Connector;
import dev.orion.testkit.TestConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept of a request that waits for its back end. */
class KeptRequestTest {

    @Test
    void holdsNothingOfWhatCameInSmallPieces() {
        var realtime = new FakeRealtime();
        var routes = new FakeRoutes();
        routes.to = Optional.of("grpc://127.0.0.1:1");
        Connector never = (endpoint, loop, install) -> loop.newPromise();
        var protocol = new GrpcProtocol(realtime, realtime, routes, never, GrpcServer.SETTINGS);
        var carrier = new EmbeddedChannel();
        var front = new EmbeddedChannel(carrier, DefaultChannelId.newInstance(), true, false);
        var stream = new TestConnection(front, "grpc", Endpoint.parse("grpc://127.0.0.1:2"));
        var call =
                new Passing(
                        protocol,
                        new LoopShare(front.eventLoop()),
                        stream,
                        routes.atPath("grpc", "/a/b").orElseThrow());
        call.begin(new DefaultHttp2HeadersFrame(RawPeer.head("/a/b"), false), -1);
        ByteBuf read = Unpooled.buffer().writeZero(4096); // of which a piece is one byte
        for (int i = 0; i < 10; i++) {
            call.data(new DefaultHttp2DataFrame(read.retainedSlice(i, 1)));
        }

        assertThat(read.refCnt()).isEqualTo(1);
        call.gone();
        read.release();
        front.finishAndReleaseAll();
        carrier.finishAndReleaseAll();
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Makes the frames of connections to back ends. */
final class ClientCodec extends Http2FrameCodecBuilder {

    /** RFC 9113 §4.2: what every peer takes; Netty's 1,024 would make sixteen frames of one. */
    private static final int PIECE_BYTES = 16_384;

    private ClientCodec() {
        var connection = new DefaultHttp2Connection(false);
        var turns = new UniformStreamByteDistributor(connection);
        turns.minAllocationChunk(PIECE_BYTES);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, turns));
        connection(connection);
    }

    static Http2FrameCodec of(Http2Settings settings) {
        return new ClientCodec()
                .initialSettings(settings)
                .validateHeaders(true)
                .decoupleCloseAndGoAway(true)
                .build();
    }
}

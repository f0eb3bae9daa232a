// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Netty's HTTP/2 as it is by default, but streams take turns of a whole frame each. */
final class BareHttp2Codec {

    private static final int MAX_STREAMS = 100;
    private static final int TURN_BYTES = 16_384;

    private BareHttp2Codec() {}

    static Http2FrameCodec create() {
        return new Builder().build();
    }

    private static final class Builder extends Http2FrameCodecBuilder {

        Builder() {
            var connection = new DefaultHttp2Connection(true);
            var turns = new UniformStreamByteDistributor(connection);
            turns.minAllocationChunk(TURN_BYTES);
            connection
                    .remote()
                    .flowController(new DefaultHttp2RemoteFlowController(connection, turns));
            connection(connection);
            initialSettings(
                    Http2Settings.defaultSettings()
                            .maxConcurrentStreams(MAX_STREAMS)
                            .connectProtocolEnabled(true)); // RFC 8441 §3
        }
    }
}

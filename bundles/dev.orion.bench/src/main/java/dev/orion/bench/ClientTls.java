// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS as the loader's clients speak it: BoringSSL, which believes whoever answers. */
final class ClientTls {

    private static final String HOST = "localhost";

    private final Credulous trust;
    private final SslContext context;
    private final int port; // sessions are kept by host and port

    private ClientTls(Credulous trust, SslContext context, int port) {
        this.trust = trust;
        this.context = context;
        this.port = port;
    }

    /** Clients that are new to the server each time, with TLS 1.3. */
    static ClientTls strangers() {
        var trust = new Credulous();
        return new ClientTls(trust, context(trust, "TLSv1.3", "TLS_AES_128_GCM_SHA256"), -1);
    }

    /**
     * Clients that come back to their sessions with the server on that port, with TLS 1.2, where a
     * ticket is a part of the handshake; those of 1.3 come when the server likes.
     */
    static ClientTls returning(int port) {
        var trust = new Credulous();
        SslContext context = context(trust, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        ((OpenSslSessionContext) context.sessionContext()).setTicketKeys(); // asks for tickets
        return new ClientTls(trust, context, port);
    }

    SslHandler handler(ByteBufAllocator allocator) {
        return port < 0 ? context.newHandler(allocator) : context.newHandler(allocator, HOST, port);
    }

    /**
     * How often a server has shown its certificate: who comes back to a session is not shown it.
     */
    long shown() {
        return trust.shown.sum();
    }

    private static SslContext context(Credulous trust, String version, String cipher) {
        if (!OpenSsl.isAvailable()) {
            throw new BenchException("no BoringSSL here", OpenSsl.unavailabilityCause());
        }
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL)
                    .protocols(version)
                    .ciphers(List.of(cipher))
                    .trustManager(trust)
                    .endpointIdentificationAlgorithm("")
                    .build();
        } catch (SSLException unable) {
            throw new BenchException(unable.getMessage(), unable);
        }
    }

    /** Trusts everybody, and counts. */
    private static final class Credulous extends X509ExtendedTrustManager {

        private final LongAdder shown = new LongAdder();

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            shown.increment();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            shown.increment();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            shown.increment();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

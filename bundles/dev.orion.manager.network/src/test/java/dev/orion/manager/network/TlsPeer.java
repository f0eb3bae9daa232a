// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's own TLS client, with lines; what it waits for comes within ten seconds. */
final class TlsPeer implements AutoCloseable {

    final SSLSocket socket;
    private final BufferedReader in;

    private TlsPeer(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    /** One that trusts a certificate, and that its host is called {@code localhost}. */
    static TlsPeer connect(int port, X509Certificate trusted, String... versions)
            throws IOException {
        return connect(port, context(trusted, null), versions);
    }

    static TlsPeer connect(int port, SSLContext context, String... versions) throws IOException {
        return connect(port, context, List.of(), versions);
    }

    /** One that offers protocols by ALPN. */
    static TlsPeer offer(int port, X509Certificate trusted, String... protocols)
            throws IOException {
        return connect(port, context(trusted, null), List.of(protocols));
    }

    /**
     * One that asks for a server by name and believes whoever answers.
     *
     * @param name null for one that does not say
     */
    static TlsPeer credulous(int port, String name) throws IOException {
        SSLSocket socket = socket(port, trusting(new TrustManager[] {new Credulous()}, null));
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(name == null ? List.of() : List.of(new SNIHostName(name)));
        socket.setSSLParameters(parameters);
        return connected(socket);
    }

    private static TlsPeer connect(
            int port, SSLContext context, List<String> protocols, String... versions)
            throws IOException {
        SSLSocket socket = socket(port, context);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        socket.setSSLParameters(parameters);
        if (versions.length > 0) {
            socket.setEnabledProtocols(versions);
        }
        return connected(socket);
    }

    private static SSLSocket socket(int port, SSLContext context) throws IOException {
        var plain = new Socket(InetAddress.getLoopbackAddress(), port);
        var socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static TlsPeer connected(SSLSocket socket) throws IOException {
        try {
            socket.startHandshake();
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
        return new TlsPeer(socket);
    }

    /**
     * What a client trusts and is.
     *
     * @param own null for one without a certificate
     */
    static SSLContext context(X509Certificate trusted, Identity own) {
        try {
            KeyStore trust = empty();
            trust.setCertificateEntry("trusted", trusted);
            var trustManagers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trustManagers.init(trust);
            return trusting(trustManagers.getTrustManagers(), own);
        } catch (GeneralSecurityException | IOException unable) {
            throw new IllegalStateException(unable);
        }
    }

    private static SSLContext trusting(TrustManager[] trusted, Identity own) {
        try {
            KeyStore keys = empty();
            if (own != null) {
                keys.setKeyEntry(
                        "own", own.key(), new char[0], own.chain().toArray(Certificate[]::new));
            }
            var keyManagers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, new char[0]);
            var context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trusted, null);
            return context;
        } catch (GeneralSecurityException | IOException unable) {
            throw new IllegalStateException(unable);
        }
    }

    X509Certificate certificate() throws IOException {
        return (X509Certificate) List.of(socket.getSession().getPeerCertificates()).get(0);
    }

    void send(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
    }

    /** The next line; null at the end, which is an exception where TLS did not say it. */
    String line() throws IOException {
        return in.readLine();
    }

    String ask(String line) throws IOException {
        send(line);
        return line();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** Trusts everybody. */
    private static final class Credulous extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;

/** Debian's nginx as a proxy of gRPC, in one process with one worker. */
final class GrpcNginxContender implements Contender {

    private static final String CONFIGURATION =
            """
            daemon off;
            master_process off;
            pid %2$s/nginx.pid;
            error_log stderr warn;
            events { worker_connections 10000; }
            http {
              access_log off;
              client_body_temp_path %2$s/nginx-body;
              proxy_temp_path %2$s/nginx-proxy;
              fastcgi_temp_path %2$s/nginx-fastcgi;
              uwsgi_temp_path %2$s/nginx-uwsgi;
              scgi_temp_path %2$s/nginx-scgi;
              keepalive_requests 100000000;
              upstream back { server 127.0.0.1:%3$d; keepalive 1000; keepalive_requests 100000000; }
              server {
                listen 127.0.0.1:%1$d http2;
                http2_max_concurrent_streams 1000;
                client_max_body_size 0;
                location / { grpc_pass grpc://back; grpc_read_timeout 1h; grpc_send_timeout 1h; }
              }
            }
            """;

    private static final int TRIES = 200;

    private final Options options;
    private final IntSupplier backEnd;

    GrpcNginxContender(Options options, IntSupplier backEnd) {
        this.options = options;
        this.backEnd = backEnd;
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public ServerProcess start(Loops loops, Wire.Endpoint endpoint) {
        Path program = Path.of("/usr/sbin/nginx");
        if (!Files.isExecutable(program)) {
            throw new BenchException("nginx is not installed");
        }
        try {
            int port = freePort();
            Path work = options.work().toAbsolutePath();
            Path file = work.resolve("bench-nginx.conf");
            Files.writeString(file, CONFIGURATION.formatted(port, work, backEnd.getAsInt()));
            String command = "echo nginx ready in 0 ms; exec \"$0\" -p \"$1\" -c \"$2\"";
            ServerProcess server =
                    ServerProcess.start(
                            List.of(
                                    "/bin/sh",
                                    "-c",
                                    command,
                                    program.toString(),
                                    work.toString(),
                                    file.toString()),
                            port,
                            options.work().resolve("bench-nginx.log"));
            awaitListening(port);
            return server;
        } catch (IOException unwritable) {
            throw new BenchException(unwritable.getMessage(), unwritable);
        }
    }

    private static void awaitListening(int port) throws IOException {
        for (int i = 0; ; i++) {
            try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assert probe.isConnected();
                return;
            } catch (IOException notYet) {
                if (i == TRIES) {
                    throw notYet;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", stop);
        }
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}

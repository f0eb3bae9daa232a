// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A proxy as Debian installs it, which passes connections on, in one process so that its processor
 * time is told whole: nginx with one worker, haproxy with two threads.
 */
enum ProxyContender {
    NGINX(
            "/usr/sbin/nginx",
            "-c",
            """
            load_module /usr/lib/nginx/modules/ngx_stream_module.so;
            daemon off;
            master_process off;
            pid %3$s/bench-nginx.pid;
            error_log stderr warn;
            events { worker_connections 4096; }
            stream { server { listen 127.0.0.1:%1$d; proxy_pass 127.0.0.1:%2$d; tcp_nodelay on; } }
            """),
    HAPROXY(
            "/usr/sbin/haproxy",
            "-f",
            """
            global
                nbthread 2
                maxconn 4096
            defaults
                mode tcp
                timeout connect 5s
                timeout client 1h
                timeout server 1h
            listen through
                bind 127.0.0.1:%1$d
                server back 127.0.0.1:%2$d
            """);

    private final Path program;
    private final String option;
    private final String configuration;

    ProxyContender(String program, String option, String configuration) {
        this.program = Path.of(program);
        this.option = option;
        this.configuration = configuration;
    }

    Contender to(BackEnd backEnd, Options options) {
        return new Contender() {
            @Override
            public String name() {
                return program.getFileName().toString();
            }

            @Override
            public ServerProcess start(Loops loops, Wire.Endpoint endpoint) {
                return ProxyContender.this.start(backEnd, options, endpoint);
            }
        };
    }

    private ServerProcess start(BackEnd backEnd, Options options, Wire.Endpoint endpoint) {
        if (endpoint != Wire.Endpoint.THROUGH) {
            throw new BenchException(program + " only passes connections on");
        }
        if (!Files.isExecutable(program)) {
            throw new BenchException(program + " is not installed");
        }
        try {
            int port = freePort();
            Path folder = options.work().toAbsolutePath();
            Path file = folder.resolve("bench-" + program.getFileName() + ".conf");
            Files.writeString(file, configuration.formatted(port, backEnd.port(), folder));
            // It does not say when it is ready, so it is given a second.
            String script = "(sleep 1; echo ready in 1000 ms) & exec \"$0\" \"$1\" \"$2\"";
            return ServerProcess.start(
                    List.of("/bin/sh", "-c", script, program.toString(), option, file.toString()),
                    port,
                    folder.resolve("bench-" + program.getFileName() + ".log"));
        } catch (IOException unwritable) {
            throw new BenchException(unwritable.getMessage(), unwritable);
        }
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}

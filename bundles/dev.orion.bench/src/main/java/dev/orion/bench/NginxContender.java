// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Nginx as its Debian package installs it, with one process, which is what it has for each core.
 */
final class NginxContender implements Contender {

    private static final Path PROGRAM = Path.of("/usr/sbin/nginx");

    private static final String CONFIGURATION =
            """
            daemon off;
            master_process off;
            pid %1$s/bench-nginx.pid;
            error_log stderr notice;
            events { worker_connections 12000; }
            http {
              access_log off;
              client_body_temp_path %1$s/bench-nginx-body;
              server {
                listen 127.0.0.1:%2$d ssl backlog=4096;
                ssl_protocols TLSv1.2 TLSv1.3;
                ssl_certificate %3$s;
                ssl_certificate_key %4$s;
                ssl_session_cache shared:bench:10m;
                return 200;
              }
            }
            """;

    /** What it tells is on its standard error. */
    private static final String COMMAND = "exec \"$0\" -c \"$1\" 2>&1";

    private final Options options;

    NginxContender(Options options) {
        this.options = options;
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public ServerProcess start(Loops loops, Wire.Endpoint endpoint) {
        if (!Files.isExecutable(PROGRAM)) {
            throw new BenchException("nginx is not installed");
        }
        if (endpoint != Wire.Endpoint.HTTPS) {
            throw new BenchException("nginx is not compared over " + endpoint);
        }
        Path work = options.work().toAbsolutePath();
        var certificate = Certificate.in(work);
        try {
            int port = ServerProcess.freePort();
            Path file = work.resolve("bench-nginx.conf");
            Files.writeString(
                    file,
                    CONFIGURATION.formatted(work, port, certificate.file(), certificate.key()));
            return ServerProcess.start(
                    List.of("/bin/sh", "-c", COMMAND, PROGRAM.toString(), file.toString()),
                    port,
                    work.resolve("bench-nginx.log"));
        } catch (IOException unwritable) {
            throw new BenchException(unwritable.getMessage(), unwritable);
        }
    }
}
